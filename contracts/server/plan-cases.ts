import fc from 'fast-check';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import { conversations } from '../generate/conversation-arbitrary.ts';
import { stepSchema } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import type { Replay } from '../generate/replay-token.ts';
import { planTours, transitionPairs } from '../generate/transition-tours.ts';
import type { Acquaintance } from './acquaintance.ts';
import type { DirectCheck } from './direct-check.ts';
import { DIRECT_CHECKS } from './direct-checks.ts';
import type { ServerSubject } from './server-subject.ts';
import { tellConversations } from './told-conversations.ts';

/** One thing to do: a direct check, or a conversation. */
export type Case = { name: string; madeUp?: boolean } & ({ check: DirectCheck } | { steps: readonly Step[] });

/** What a run is made of. */
export interface PlanOptions {
  seed: number;
  /** How many conversations are made up. */
  runs: number;
  isWanted: (rule: string) => boolean;
  replay?: Replay | undefined;
  /** What is known of the server; everything is planned while nothing is. */
  acquaintance?: Acquaintance | undefined;
}

/**
 * The cases of a run, in their order. Pure.
 * @throws {TypeError} when the replay names a check that does not exist.
 * @throws {ZodError} when it holds steps that are none.
 */
export function planCases(subject: ServerSubject, options: PlanOptions): Case[] {
  const isTimeOpen = options.acquaintance?.habits.unknownDeadline !== undefined;
  const cases = options.replay ? [replayCase(options.replay)] : allCases(subject, options);
  return cases.filter((one) => !(isTimeOpen && 'steps' in one && countWaits(one.steps) > 0));
}

function allCases(subject: ServerSubject, { seed, runs, isWanted, acquaintance }: PlanOptions): Case[] {
  const checks = DIRECT_CHECKS.filter(({ rule }) => isWanted(rule)).map((check): Case => ({
    name: check.rule,
    check,
  }));
  const { limit, takeover } = subject;
  const tours = planTours({ limit, takeover }).map((steps, n) => ({ name: `tour ${n + 1}`, steps }));
  // Where not even a plain session works, more of the same would only fail for the same reason.
  const works = acquaintance?.trouble === undefined;
  // A rule with a check of its own needs no conversation.
  const isChecked = new Set(DIRECT_CHECKS.map(({ rule }) => rule));
  if (SERVER_RULES.every(({ id }) => !isWanted(id) || isChecked.has(id))) return checks;
  const told = [...tellConversations(subject), ...(works ? tours : [])];
  // The slow ones first: they wait side by side.
  const slowFirst = told.toSorted((a, b) => countWaits(b.steps) - countWaits(a.steps));
  return [...slowFirst, ...checks, ...(works ? makeUp(subject, seed, runs) : [])];
}

/** Tours through the pairs of transitions that those of a run have left out, for a deadline passed on their way. Pure. */
export function planRemainingTours({ limit, takeover }: ServerSubject, covered: ReadonlySet<string>): Case[] {
  const pairs = transitionPairs(takeover).filter((pair) => !covered.has(pair));
  return planTours({ limit, takeover, pairs }).map((steps, n) => ({ name: `tour ${n + 1} again`, steps }));
}

/** Conversations out of the seed. A PONG deadline is dear: an eighth of them may wait for one. */
function makeUp({ limit, offers, takeover }: ServerSubject, seed: number, runs: number): Case[] {
  const scope = { limit, offers: offers.length, takeover };
  const waiting = fc.sample(conversations({ ...scope, wait: true }), { seed, numRuns: Math.ceil(runs / 8) });
  const quick = fc.sample(conversations({ ...scope, wait: false }), {
    seed,
    numRuns: runs - waiting.length,
  });
  return [...waiting, ...quick].map((steps, n): Case => ({ name: `made up ${n + 1}`, steps, madeUp: true }));
}

function replayCase({ check: name, steps }: Replay): Case {
  if (steps) return { name, steps: stepSchema.array().parse(steps) };
  const check = DIRECT_CHECKS.find(({ rule }) => rule === name);
  if (!check) throw new TypeError(`replay token: there is no check named ${JSON.stringify(name)}`);
  return { name, check };
}

function countWaits(steps: readonly Step[]): number {
  return steps.filter((step) => step.do === 'wait').length;
}
