import type { RuleResult } from '../reports/result.ts';

/** Hears of a rule as soon as something is known about it, and again when that changes. */
export type RuleListener = (rule: RuleResult) => void;

/**
 * Tells a listener which rules' results have changed since the last call: in verdict, in failures, or in being exercised
 * twice as often, since a line for every case would be as long as the run. `judge` is not called without a listener.
 */
export function tellChangedRules(
  listener: RuleListener | undefined,
): (judge: () => readonly RuleResult[]) => void {
  const told = new Map<string, string>();
  return (judge) => {
    if (!listener) return;
    for (const rule of judge()) {
      const { id, verdict, exercised, failures } = rule;
      // Nothing is known yet of what no case has put to the test: a later one may.
      if (verdict === 'not-observable') continue;
      const news = `${verdict} ${failures.length} ${Math.floor(Math.log2(exercised + 1))}`;
      if (told.get(id) === news) continue;
      told.set(id, news);
      listener(rule);
    }
  };
}
