import { SOURCES } from '../protocol/rules/rule.ts';
import type { Rule } from '../protocol/rules/rule.ts';
import type { Failure, RuleResult, Verdict } from '../reports/result.ts';

/** What one case says about one rule. `duration` is in milliseconds. */
export type Outcome = { rule: string; case: string; duration: number } & (
  | { kind: 'held' }
  | { kind: 'violated'; failure: Failure }
  | { kind: 'not-observable' | 'not-applicable' | 'inconclusive' | 'error'; reason: string }
);

/** Folds the outcomes of all cases into a verdict for each rule. A rule that no case exercised has not passed. */
export function judgeRules(rules: readonly Rule[], outcomes: readonly Outcome[]): RuleResult[] {
  const byRule = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const known = byRule.get(outcome.rule);
    if (known) known.push(outcome);
    else byRule.set(outcome.rule, [outcome]);
  }
  return rules.map((rule) => judgeRule(rule, byRule.get(rule.id) ?? []));
}

function judgeRule(rule: Rule, outcomes: readonly Outcome[]): RuleResult {
  const failures = outcomes.flatMap((outcome) => (outcome.kind === 'violated' ? [outcome.failure] : []));
  const { verdict, reason } = decide(rule, outcomes);
  const { id, side, section, level, title, text, clause, mark, why } = rule;
  return {
    id,
    side,
    section,
    level,
    title,
    text,
    clause,
    mark,
    why,
    sources: rule.sources.map((name) => ({ name, url: SOURCES[name] })),
    verdict,
    ...(reason === undefined ? {} : { reason }),
    exercised: outcomes.filter(({ kind }) => kind === 'held' || kind === 'violated').length,
    duration: outcomes.reduce((sum, { duration }) => sum + duration, 0),
    failures,
  };
}

/** What weighs more comes first: one violation outweighs any number of cases in which the rule held. */
const WEIGHT = ['violated', 'error', 'held', 'inconclusive', 'not-observable', 'not-applicable'] as const;

function decide(rule: Rule, outcomes: readonly Outcome[]): { verdict: Verdict; reason?: string } {
  for (const kind of WEIGHT) {
    const outcome = outcomes.find((candidate) => candidate.kind === kind);
    if (!outcome) continue;
    if (outcome.kind === 'held') return { verdict: 'pass' };
    if (outcome.kind === 'violated') {
      return rule.level === 'MUST'
        ? { verdict: 'fail' }
        : { verdict: 'warn', reason: outcome.failure.message };
    }
    return { verdict: outcome.kind, reason: outcome.reason };
  }
  return { verdict: 'not-observable', reason: 'No case of this run put the rule to the test.' };
}
