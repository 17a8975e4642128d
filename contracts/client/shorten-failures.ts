import { shrinkSituation } from '../generate/shrink-situation.ts';
import type { AttachedClient } from '../subject/attached-client.ts';
import type { Outcome } from '../verdict.ts';
import { judgeCase } from './judge-case.ts';
import type { Jury } from './judge-case.ts';
import { playCase } from './play-case.ts';
import type { Situation } from './situation.ts';

type Violated = Extract<Outcome, { kind: 'violated' }>;

/** How many situations may be played to shorten one failure; each takes seconds in real time. */
const BUDGET = { virtual: 120, real: 15 };

/** How many failures are shortened in real time. */
const MOST_IN_REAL_TIME = 3;

/** How long all of that may take in real time, in milliseconds: a person waits for the verdict. */
const MOST_REAL_TIME = 8_000;

/**
 * Puts a shorter failure first for each rule that only made-up situations broke: those of the catalogue are short
 * already, and a person wrote them to be read.
 */
export async function shortenFailures(
  client: AttachedClient,
  outcomes: Outcome[],
  situations: readonly Situation[],
  jury: Jury,
): Promise<void> {
  const violated = outcomes.filter((outcome) => outcome.kind === 'violated');
  const rules = [...new Set(violated.map(({ rule }) => rule))];
  const found = rules.flatMap((rule) => {
    const own = violated.filter((outcome) => outcome.rule === rule);
    const [first] = own;
    return first && own.every(isMadeUp) ? [first] : [];
  });
  const until = client.virtual ? Infinity : performance.now() + MOST_REAL_TIME;
  for (const outcome of client.virtual ? found : found.slice(0, MOST_IN_REAL_TIME)) {
    const situation = situations.find(({ name }) => name === outcome.case);
    if (situation) await shorten(client, outcomes, outcome, situation, jury, until);
  }
}

function isMadeUp({ case: name }: Outcome): boolean {
  return name.startsWith('made-up-');
}

async function shorten(
  client: AttachedClient,
  outcomes: Outcome[],
  outcome: Violated,
  situation: Situation,
  jury: Jury,
  until: number,
): Promise<void> {
  const own: Jury = { ...jury, judges: (rule) => rule === outcome.rule };
  let best = outcome;
  const stillBreaks = async (candidate: Situation): Promise<boolean> => {
    if (performance.now() > until) return false;
    const [judged] = judgeCase(await playCase(client, candidate, jury.patience), own);
    if (judged?.kind !== 'violated') return false;
    best = judged;
    return true;
  };
  await shrinkSituation(situation, stillBreaks, client.virtual ? BUDGET.virtual : BUDGET.real);
  outcomes.splice(outcomes.indexOf(outcome), 1, best);
}
