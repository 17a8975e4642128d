import type { Result, RuleResult, Verdict } from './result.ts';
import { verdictOf } from './verdict.ts';

/** A result with the name it goes by in a comparison, such as a file name or an implementation. */
export interface LabelledResult {
  label: string;
  result: Result;
}

/** What became of a rule from the first result to the last. */
export type Change =
  /** Broken, and was not. */
  | 'new'
  /** Holds, and was broken. */
  | 'fixed'
  | 'still-failing'
  /** Was put to the test, and is no more: neither better nor worse is known. */
  | 'unobserved'
  /** Other differences, such as a rule that one of them does not have. */
  | 'changed'
  | 'same';

export interface ComparedRule {
  id: string;
  clause: string;
  title: string;
  change: Change;
  /** A verdict for each result; undefined where it does not have the rule. */
  verdicts: (Verdict | undefined)[];
  /** What broke in the last result, where it is broken there. */
  message?: string;
}

export interface Comparison {
  labels: string[];
  rules: ComparedRule[];
  /** What each implementation does where the documents leave a choice. */
  ambiguities: { id: string; question: string; observed: (string | undefined)[] }[];
}

/**
 * Sets results side by side: the changes are those from the first to the last, the matrix has them all.
 * @throws {TypeError} with fewer than two results.
 */
export function compareResults(results: readonly LabelledResult[]): Comparison {
  if (results.length < 2)
    throw new TypeError(`expected two results or more to compare, got ${results.length}`);
  const tables = results.map(({ result }) => new Map(result.rules.map((rule) => [rule.id, rule])));
  const ids = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  return {
    labels: results.map(({ label }) => label),
    rules: ids.map((id) => compareRule(tables.map((table) => table.get(id)))),
    ambiguities: compareAmbiguities(results.map(({ result }) => result)),
  };
}

function compareRule(rules: readonly (RuleResult | undefined)[]): ComparedRule {
  const named = rules.find((rule) => rule !== undefined);
  const last = rules.at(-1);
  const verdicts = rules.map((rule) => rule && verdictOf(rule));
  const message = last?.failures[0]?.message;
  return {
    id: named?.id ?? '',
    clause: named?.clause ?? '',
    title: named?.title ?? '',
    change: changeOf(verdicts[0], verdicts.at(-1)),
    verdicts,
    ...(message !== undefined && { message }),
  };
}

function changeOf(before: Verdict | undefined, after: Verdict | undefined): Change {
  if (after === 'fail') return before === 'fail' ? 'still-failing' : 'new';
  if (before === after) return 'same';
  if (before === 'fail' && (after === 'pass' || after === 'warn')) return 'fixed';
  return isObserved(before) && !isObserved(after) ? 'unobserved' : 'changed';
}

function isObserved(verdict: Verdict | undefined): boolean {
  return verdict === 'pass' || verdict === 'fail' || verdict === 'warn';
}

function compareAmbiguities(results: readonly Result[]): Comparison['ambiguities'] {
  const questions = new Map(
    results.flatMap(({ ambiguities }) => ambiguities.map(({ id, question }) => [id, question])),
  );
  return [...questions].map(([id, question]) => ({
    id,
    question,
    observed: results.map(({ ambiguities }) => ambiguities.find((entry) => entry.id === id)?.observed),
  }));
}
