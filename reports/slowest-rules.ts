import type { RuleResult } from './result.ts';

/** A rule with the time that one of its cases takes, in milliseconds. */
export interface SlowRule {
  readonly rule: RuleResult;
  readonly each: number;
}

/**
 * The rules whose cases take longest. Cases serve many rules and run side by side, so the sum of them says little: a
 * rule that every case serves is not slow, one that only a long case serves is.
 */
export function slowestRules(rules: readonly RuleResult[], count = 3): SlowRule[] {
  return rules
    .filter(({ exercised, duration }) => exercised > 0 && duration > 0)
    .map((rule) => ({ rule, each: rule.duration / rule.exercised }))
    .sort((a, b) => b.each - a.each)
    .slice(0, count);
}
