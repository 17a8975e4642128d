import type { Result, RuleResult, Verdict } from './result.ts';
import { VERDICTS } from './result.ts';

/** What a run as a whole came to. */
export type OverallVerdict = 'conforms' | 'does-not-conform' | 'nothing-exercised' | 'error' | 'interrupted';

/** What makes a subject fail: a broken MUST, or a broken SHOULD as well. */
export type FailOn = 'must' | 'should';

export interface GateOptions {
  /** `must` unless told. */
  failOn?: FailOn | undefined;
}

export type VerdictCounts = Record<Verdict, number>;

/** A pass that no case stands behind is none: nothing that was not exercised counts as passed. */
export function verdictOf(rule: Pick<RuleResult, 'verdict' | 'exercised'>): Verdict {
  return rule.verdict === 'pass' && rule.exercised < 1 ? 'not-observable' : rule.verdict;
}

export function countVerdicts(rules: readonly RuleResult[]): VerdictCounts {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;
  for (const rule of rules) counts[verdictOf(rule)] += 1;
  return counts;
}

/** Whether the rule is broken in a way that decides the run, if nothing excuses it. */
export function isFailing(rule: RuleResult, { failOn = 'must' }: GateOptions = {}): boolean {
  const verdict = verdictOf(rule);
  return verdict === 'fail' || (failOn === 'should' && verdict === 'warn');
}

/** Whether the rule is broken, not known to be, and counts: this is what turns a run red. */
export function isBroken(rule: RuleResult, options: GateOptions = {}): boolean {
  return isFailing(rule, options) && rule.known === undefined && rule.scored !== false;
}

/**
 * A rule found broken decides, whatever else went wrong: it was seen. Short of that, a fault of the harness or an
 * early end leaves the question open.
 */
export function overallVerdict(result: Result, options: GateOptions = {}): OverallVerdict {
  const counts = countVerdicts(result.rules);
  const scored = countVerdicts(result.rules.filter(({ scored }) => scored !== false));
  if (result.rules.some((rule) => isBroken(rule, options))) return 'does-not-conform';
  if (counts.error > 0) return 'error';
  if (!result.complete) return 'interrupted';
  // What runs unscored cannot make a run conform either.
  return scored.pass + scored.warn + scored.fail === 0 ? 'nothing-exercised' : 'conforms';
}

const EXIT_CODES: Record<OverallVerdict, number> = {
  conforms: 0,
  'does-not-conform': 1,
  'nothing-exercised': 3,
  interrupted: 3,
  error: 4,
};

/**
 * The exit code of a run: 0 conforms · 1 does not, or the gate has a problem · 3 nothing was exercised, or the run broke
 * off · 4 fault of ours.
 */
export function exitCodeOf(result: Result, options: GateOptions = {}): number {
  const code = EXIT_CODES[overallVerdict(result, options)];
  return code === 0 && result.gate && result.gate.problems.length > 0 ? 1 : code;
}
