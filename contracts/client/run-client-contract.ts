import { CLIENT_RULES } from '../../protocol/rules/client-rules.ts';
import type { Rule } from '../../protocol/rules/rule.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Result, RuleResult } from '../../reports/result.ts';
import type { AttachedClient } from '../subject/attached-client.ts';
import { tellChangedRules } from '../changed-rules.ts';
import type { RuleListener } from '../changed-rules.ts';
import { eventsOf } from '../trace/trace.ts';
import type { Trace } from '../trace/trace.ts';
import { judgeRules } from '../verdict.ts';
import type { Outcome } from '../verdict.ts';
import { makeUpSituations } from '../generate/client-situations.ts';
import { carryOutAll } from '../work-queue.ts';
import { createClientHabits } from './client-habits.ts';
import type { ClientHabits } from './client-habits.ts';
import { judgeCase } from './judge-case.ts';
import type { Jury } from './judge-case.ts';
import { measureYardstick } from './measure.ts';
import { shortenFailures } from './shorten-failures.ts';
import { CLIENT_MONITORS } from './monitors.ts';
import { createPatience } from './patience.ts';
import { playCase } from './play-case.ts';
import type { Situation } from './situation.ts';
import { PATIENCE } from './situations/patience.ts';
import { SITUATIONS } from './situations/situations.ts';
import { withoutDriver } from './undriven.ts';
import { explainUnobserved } from './unobserved.ts';

export interface ClientContractOptions {
  /** All of the catalogue's unless told. */
  readonly situations?: readonly Situation[] | undefined;
  /** Tells which rules are judged, by id; all unless told. */
  readonly judges?: ((rule: string) => boolean) | undefined;
  /** The command that plays a case again, given its replay token. */
  readonly replayCommand?: ((token: string) => string) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears of each rule while the run goes on; the result has the last word. */
  readonly onRule?: RuleListener | undefined;
  /** The name and version of the tool, for the result. */
  readonly tool?: { name: string; version: string } | undefined;
  /** When the run began, for the result; now unless told. */
  readonly startedAt?: Date | undefined;
  /** Decides which situations are made up; 1 unless told. */
  readonly seed?: number | undefined;
  /** How many situations are made up beyond those of the catalogue; 12 unless told, and 60 in virtual time. */
  readonly runs?: number | undefined;
  /** Breaks the run off; what was judged until then is in the result. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a run has come, in cases. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The situation that has just been played. */
  readonly situation: string;
  /** Rules that it broke. */
  readonly broken: readonly string[];
}

/** How often a case is played again when the harness was too late to judge it. */
const MOST_RETRIES = 2;

const SILENCE = 'The client sent no request when the user pressed play.';

/** Says that a client did nothing, with what it said about it; nothing where it asked for something. */
function explainSilence(trace: Trace): string | undefined {
  if (eventsOf(trace, 'request').length > 0) return undefined;
  const error = eventsOf(trace, 'error')[0];
  return error
    ? `${SILENCE} It said: ${error.message}`
    : `${SILENCE} Does it read DRISC_BASE_URL and the command "start"?`;
}

/** How many failures of one rule a result holds. */
const MOST_FAILURES = 3;

/**
 * Puts a client through the situations, several at once, and judges every trace by every rule.
 * @throws {SubjectError} when the client cannot be started.
 */
export async function runClientContract(
  client: AttachedClient,
  options: ClientContractOptions = {},
): Promise<Result> {
  const { judges, onProgress, startedAt = new Date(), seed = 1 } = options;
  const signal = AbortSignal.any([options.signal, client.quit].filter((one) => one !== undefined));
  const { replayCommand = (token: string) => `drisc test client --replay ${token}` } = options;
  const began = performance.now();
  // Virtual time costs nothing, and a person says when something does not come.
  const patience = client.virtual || client.witness ? undefined : createPatience();
  const { yardstick, facts, trace } = await measureYardstick(client, patience);
  const jury: Jury = { yardstick, sights: client.sights, replayCommand, judges, patience };
  const habits = createClientHabits();
  // A client that asks for nothing at first contact will not do so in a hundred situations either.
  const silence = explainSilence(trace);
  const planned = silence === undefined ? planSituations(client, options) : [];
  const outcomes: Outcome[] = [];
  const rules = CLIENT_RULES.filter(({ id }) => judges?.(id) ?? true);
  const tell = tellChangedRules(options.onRule);
  let done = 0;

  const carryOut = async (situation: Situation): Promise<void> => {
    const judged = await judgeWithRetries(client, situation, jury, habits);
    outcomes.push(...judged);
    done += 1;
    const broken = judged.flatMap(({ kind, rule }) => (kind === 'violated' ? [rule] : []));
    onProgress?.({ done, total: planned.length, situation: situation.name, broken });
    tell(() => judgeAll(rules, outcomes, client, silence !== undefined));
  };
  await carryOutAll(planned, client.lanes, carryOut, signal);
  if (!signal.aborted) await shortenFailures(client, outcomes, planned, jury);

  return {
    version: RESULT_VERSION,
    tool: options.tool ?? { name: 'drisckit', version: '0.0.0' },
    kind: 'client',
    subject: { name: client.name, facts: { ...facts, situations: String(done) } },
    startedAt: startedAt.toISOString(),
    duration: performance.now() - began,
    seed,
    complete: done === planned.length,
    rules: judgeAll(rules, outcomes, client, silence !== undefined),
    ambiguities: habits.describe(outcomes),
    notes: [...(silence === undefined ? [] : [silence]), ...(client.notes?.() ?? [])],
  };
}

/** The situations of the catalogue, and some that nobody thought of; what takes longest comes first. */
function planSituations(client: AttachedClient, options: ClientContractOptions): Situation[] {
  const { situations, seed = 1, runs = client.virtual ? 60 : 12 } = options;
  const known = client.virtual ? [...SITUATIONS, ...PATIENCE] : SITUATIONS;
  const all = situations ??
    client.situations ?? [...known, ...makeUpSituations(seed, client.driven ? runs : 0)];
  const fitting = client.driven ? [...all] : withoutDriver(all);
  // A person goes through them in the order in which they make sense.
  return client.witness ? fitting : fitting.sort((a, b) => expectedTime(b) - expectedTime(a));
}

/** Plays a case again when the harness was late, and keeps what is certain. */
async function judgeWithRetries(
  client: AttachedClient,
  situation: Situation,
  jury: Jury,
  habits: ClientHabits,
): Promise<Outcome[]> {
  const play = async (): Promise<Outcome[]> => {
    const played = await playCase(client, situation, jury.patience);
    habits.watch(played);
    return judgeCase(played, jury);
  };
  let judged = await play();
  for (let retry = 0; retry < MOST_RETRIES; retry += 1) {
    if (!judged.some(({ kind }) => kind === 'inconclusive')) break;
    judged = await play();
  }
  return judged;
}

function judgeAll(
  rules: readonly Rule[],
  outcomes: readonly Outcome[],
  client: AttachedClient,
  isMute: boolean,
): RuleResult[] {
  const played = outcomes.some(({ rule, kind }) => rule === 'client/gate/plays-on-ok' && kind === 'held');
  const needing = new Map(CLIENT_MONITORS.map(({ rule, needs }) => [rule, needs]));
  // A client that never plays cannot show that it stops: what held so has not been put to the test.
  const counted = outcomes.filter(
    ({ rule, kind }) => played || kind !== 'held' || needing.get(rule) !== 'playback',
  );
  return judgeRules(rules, counted).map((judged) => {
    const isSeen = client.witness !== undefined && needing.get(judged.id) !== undefined;
    const result = isSeen ? { ...judged, seenBy: client.witness } : judged;
    // The shortest is the easiest to understand.
    const failures = [...result.failures]
      .sort((a, b) => a.steps.length - b.steps.length)
      .slice(0, MOST_FAILURES);
    if (result.verdict !== 'not-observable') return { ...result, failures };
    if (isMute) return { ...result, failures, reason: SILENCE };
    return {
      ...result,
      failures,
      ...explainUnobserved(result.id, needing.get(result.id), client, played, outcomes),
    };
  });
}

/** How long a situation takes at least: what takes longest begins first. */
function expectedTime({ steps }: Situation): number {
  return steps.reduce((sum, step) => sum + (step.do === 'watch' ? step.for : 0), 0);
}
