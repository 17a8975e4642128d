import picomatch from 'picomatch';
import type { KnownFailure } from './known-failing.ts';
import { nearest } from './nearest.ts';
import type { Ambiguity, GateProblem, Result, RuleResult } from './result.ts';
import { isFailing, verdictOf } from './verdict.ts';
import type { GateOptions } from './verdict.ts';

export interface GateRules extends GateOptions {
  /** Today in UTC, `2026-11-22`; the gate has no clock of its own. */
  today: string;
  known?: readonly KnownFailure[] | undefined;
  /** Patterns of rule ids, such as `server/limit/**`, that may not go unobserved. */
  requireObserved?: readonly string[] | undefined;
  /** Whether the subject is held to the first reading where the documents leave a choice. */
  strict?: boolean | undefined;
  /** Every rule id there is for this kind of subject, run or not; the ids in the result unless told. */
  catalogue?: readonly string[] | undefined;
  /** The ids of the frozen rule set that the run is held to, run or not; rules beyond it run unscored and are not required. */
  scored?: ReadonlySet<string> | undefined;
}

/** Holds a result against what is known and what is required; the result says what came of it. */
export function applyGate(result: Result, rules: GateRules): Result {
  const { known = [], requireObserved = [], scored } = rules;
  const catalogue = rules.catalogue ?? result.rules.map(({ id }) => id);
  const unscored = scored ? result.rules.filter(({ id }) => !scored.has(id)).map(({ id }) => id) : [];
  const byId = new Map(result.rules.map((rule) => [rule.id, rule]));
  const problems = [
    ...known.flatMap((entry) => problemOf(entry, byId.get(entry.rule), catalogue, rules) ?? []),
    ...requireObserved.flatMap((pattern) => unobserved(pattern, byId, catalogue, scored)),
    ...(rules.strict ? result.ambiguities.flatMap(otherReading) : []),
  ];
  const excuses = new Map(
    known.filter((entry) => !isExpired(entry, rules.today)).map((entry) => [entry.rule, entry]),
  );
  return {
    ...result,
    rules: result.rules.map((rule) => ({
      ...rule,
      ...excuseOf(rule, excuses, rules),
      ...scoreOf(rule, scored),
    })),
    notes: [
      ...result.notes,
      ...(unscored.length > 0
        ? [`Newer than the rule set of this run, so not scored: ${unscored.join(', ')}.`]
        : []),
    ],
    gate: { problems },
  };
}

function excuseOf(
  rule: RuleResult,
  excuses: ReadonlyMap<string, KnownFailure>,
  options: GateOptions,
): Pick<RuleResult, 'known'> {
  const entry = excuses.get(rule.id);
  if (!entry || !isFailing(rule, options)) return {};
  const { reason, link, expires } = entry;
  return {
    known: { reason, ...(link !== undefined && { link }), ...(expires !== undefined && { expires }) },
  };
}

function scoreOf(rule: RuleResult, scored: ReadonlySet<string> | undefined): Pick<RuleResult, 'scored'> {
  return scored && !scored.has(rule.id) ? { scored: false } : {};
}

function problemOf(
  entry: KnownFailure,
  rule: RuleResult | undefined,
  catalogue: readonly string[],
  { today, failOn }: GateRules,
): GateProblem | undefined {
  if (!rule)
    return catalogue.includes(entry.rule) ? undefined : unknown(entry.rule, 'the known failures', catalogue);
  if (isExpired(entry, today)) {
    const message = `${entry.rule} was excused until ${entry.expires}: fix it, or give a later day and say why.`;
    return { kind: 'expired', rule: entry.rule, message };
  }
  // Where the harness itself failed or was too slow, the entry may be as true as ever.
  const verdict = verdictOf(rule);
  if (isFailing(rule, { failOn }) || verdict === 'inconclusive' || verdict === 'error') return undefined;
  const now =
    verdict === 'pass'
      ? 'holds now'
      : verdict === 'warn'
        ? 'is a SHOULD, which does not fail this run'
        : `is ${verdict.replace('-', ' ')} in this run, so nothing shows that it still fails`;
  return {
    kind: 'stale',
    rule: entry.rule,
    message: `${entry.rule} is listed as a known failure and ${now}: take it off the list.`,
  };
}

function unobserved(
  pattern: string,
  byId: ReadonlyMap<string, RuleResult>,
  catalogue: readonly string[],
  scored: ReadonlySet<string> | undefined,
): GateProblem[] {
  const matches = picomatch(pattern);
  const required = catalogue.filter((id) => matches(id));
  if (required.length === 0) return [unknown(pattern, '--require-observed', catalogue)];
  return required.flatMap((id): GateProblem[] => {
    // Whoever holds a run to an older rule set has not asked for what came later.
    if (scored && !scored.has(id)) return [];
    const rule = byId.get(id);
    const verdict = rule && verdictOf(rule);
    if (verdict === 'pass' || verdict === 'fail' || verdict === 'warn') return [];
    const state = verdict === undefined ? 'was not run' : `is ${verdict.replace('-', ' ')}`;
    const reason = rule?.reason ?? (rule ? 'no case put it to the test.' : 'let the run take it in.');
    return [{ kind: 'unobserved', rule: id, message: `${id} must be observed and ${state}: ${reason}` }];
  });
}

/** What was not seen is no other reading. */
function otherReading({ id, question, observed, assumed }: Ambiguity): GateProblem[] {
  if (observed === undefined || assumed === undefined || observed === assumed) return [];
  const message = `${id}, ${question} The first reading is: ${assumed}. The server's is: ${observed}.`;
  return [{ kind: 'other-reading', rule: id, message }];
}

function unknown(rule: string, where: string, catalogue: readonly string[]): GateProblem {
  const suggestion = nearest(rule, catalogue);
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return { kind: 'unknown', rule, message: `${where}: there is no rule ${JSON.stringify(rule)}.${hint}` };
}

function isExpired({ expires }: KnownFailure, today: string): boolean {
  // Days of ISO 8601 sort as text.
  return expires !== undefined && expires < today;
}
