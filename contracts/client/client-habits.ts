import type { Ambiguity } from '../../reports/result.ts';
import { readConversation } from '../trace/conversation.ts';
import { eventsOf } from '../trace/trace.ts';
import type { Outcome } from '../verdict.ts';
import type { PlayedCase } from './play-case.ts';
import { returnsAfterRefusal, returnsAfterTerminate } from './return-habits.ts';
import type { Return } from './return-habits.ts';

/** What a client does where the documents leave it a choice, gathered case by case (PROTOCOL.md section 7). */
export interface ClientHabits {
  watch(played: PlayedCase): void;
  /** @param outcomes what was judged of the same cases. */
  describe(outcomes: readonly Outcome[]): Ambiguity[];
}

/** Gathers from one run; a habit that no case showed is described without what was observed. */
export function createClientHabits(): ClientHabits {
  const understoodAsDisabled = new Set<string>();
  const disabledAnswersWithEndpoint = new Set<string>();
  const limitStatuses = new Set<number>();
  const nameGiven = new Set<boolean>();
  const longNames: string[] = [];
  const closings: number[] = [];
  const refused = new Set<Return>();
  const terminated = new Set<Return>();
  let slowestPong: number | undefined;

  function watchRequests({ trace, situation: { setup } }: PlayedCase): void {
    for (const { body } of readConversation(trace).exchanges) {
      const name = body?.['sessionName'];
      nameGiven.add(typeof name === 'string' && name !== '');
      const isLong = Array.from(setup.sessionName ?? '').length > 100;
      if (isLong && typeof name === 'string') longNames.push(name);
    }
  }

  function watchAnswers({ trace, situation: { setup } }: PlayedCase): void {
    const playing = eventsOf(trace, 'playback').some((event) => event.playing);
    if (setup.enabled === false && playing) understoodAsDisabled.add(setup.settings?.disabledShape ?? 'both');
    for (const { disabledEndpoint, response } of readConversation(trace).exchanges) {
      if (disabledEndpoint === undefined || !response) continue;
      const connects = eventsOf(trace, 'attempt').some(({ at }) => at > response.at);
      disabledAnswersWithEndpoint.add(
        connects ? 'connects' : playing ? 'plays without a connection' : 'neither',
      );
    }
    const limit = eventsOf(trace, 'limit')[0];
    const answer = eventsOf(trace, 'response').findLast(({ at }) => limit && at <= limit.at);
    if (answer) limitStatuses.add(answer.status);
  }

  function watchConnections({ trace, situation: { setup } }: PlayedCase): void {
    for (const { told, said, close } of readConversation(trace).links) {
      const pongs = said.filter(({ action }) => action === 'PONG');
      for (const [index, ping] of told.filter(({ action }) => action === 'PING').entries()) {
        const pong = pongs[index];
        if (pong) slowestPong = Math.max(slowestPong ?? 0, pong.at - ping.at);
      }
      const finished = said.find(({ action }) => action === 'FINISHED');
      const isOwn = close?.by === 'client' && setup.settings?.closeAfterFinished === false;
      if (finished && isOwn) closings.push(close.at - finished.at);
    }
  }

  return {
    watch(played) {
      watchRequests(played);
      watchAnswers(played);
      watchConnections(played);
      for (const step of returnsAfterRefusal(played.trace)) refused.add(step);
      for (const step of returnsAfterTerminate(played.trace)) terminated.add(step);
    },
    describe: (outcomes) =>
      [
        ['AMB-1', 'Which shapes of the disabled answer does it play on?', list(understoodAsDisabled)],
        ['AMB-3', 'At which statuses does it recognise the limit?', list(limitStatuses)],
        [
          'AMB-6',
          'How long does it take over PONG?',
          slowestPong === undefined ? undefined : `at most ${Math.ceil(slowestPong)} ms`,
        ],
        ['AMB-7', 'Does it close after FINISHED when the server does not?', describeClosings(closings)],
        ['AMB-8', 'Does it give its sessions a name?', describeNames(nameGiven)],
        ['AMB-9', 'What does it do about unknown and malformed frames?', describeFrames(outcomes)],
        ['AMB-11', 'What does it count as 100 characters of a name?', describeUnit(longNames)],
        [
          'AMB-12',
          'What does it do on an answer that says disabled and has an endpoint?',
          list(disabledAnswersWithEndpoint),
        ],
        [
          'AMB-14',
          'What does it do when a stored endpoint is refused, and not with 401?',
          describeReturns(refused, 'tries it again'),
        ],
        [
          'AMB-15',
          'What does it do when its user asks again after TERMINATE?',
          describeReturns(terminated, 'resumes the session'),
        ],
      ].flatMap(([id, question, observed]) =>
        id === undefined || question === undefined
          ? []
          : [{ id, question, ...(observed === undefined ? {} : { observed }) }],
      ),
  };
}

function list(values: ReadonlySet<string | number>): string | undefined {
  return values.size === 0 ? undefined : [...values].map(String).sort().join(', ');
}

function describeReturns(returns: ReadonlySet<Return>, resumes: string): string | undefined {
  return list(new Set([...returns].map((step) => (step === 'resumes' ? resumes : 'creates a session'))));
}

function describeClosings(closings: readonly number[]): string | undefined {
  return closings.length === 0 ? undefined : `yes, after ${Math.ceil(Math.max(...closings))} ms at most`;
}

function describeNames(given: ReadonlySet<boolean>): string | undefined {
  if (given.size === 0) return undefined;
  return given.size === 2 ? 'sometimes' : given.has(true) ? 'yes' : 'no';
}

function describeFrames(outcomes: readonly Outcome[]): string | undefined {
  const about = outcomes.filter(({ rule }) => FRAME_RULES.has(rule));
  if (about.length === 0) return undefined;
  return about.some(({ kind }) => kind === 'violated') ? 'not always ignored' : 'ignores them';
}

const FRAME_RULES: ReadonlySet<string> = new Set([
  'client/robustness/unknown-action',
  'client/robustness/malformed-message',
  'client/robustness/binary-frame',
]);

/** A name cut to 100 code points may have more UTF-16 units; one that is cut to 100 units has fewer code points. */
function describeUnit(names: readonly string[]): string | undefined {
  const longest = names.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return undefined;
  const points = Array.from(longest).length;
  if (points > 100) return `sends ${points} code points`;
  return longest.length > 100 ? 'code points' : 'UTF-16 units, or less';
}
