import { ReportError } from './report-error.ts';
import type { Ambiguity, Coverage, Result, RuleResult, Verdict } from './result.ts';
import { verdictOf } from './verdict.ts';

/** What one shard saw outweighs what another did not see; a failure outweighs all. */
const WEIGHT: readonly Verdict[] = [
  'fail',
  'error',
  'warn',
  'inconclusive',
  'pass',
  'not-observable',
  'not-applicable',
];

/**
 * Joins the shards of one run into one result.
 * @throws {ReportError} where there is nothing to join, or the shards are not of one kind and subject.
 */
export function mergeResults(shards: readonly Result[]): Result {
  const [first] = shards;
  if (!first) throw new ReportError('bad-merge', 'expected at least one result to merge, got none');
  for (const shard of shards) refuseStranger(shard, first);
  const begins = shards.map(({ startedAt }) => Date.parse(startedAt));
  const begin = Math.min(...begins);
  const end = Math.max(...shards.map(({ duration }, index) => (begins[index] ?? begin) + duration));
  const seeds = [...new Set(shards.flatMap(({ seed }) => seed ?? []))];
  const coverages = shards.flatMap(({ coverage }) => coverage ?? []);
  return {
    version: first.version,
    tool: first.tool,
    kind: first.kind,
    subject: {
      name: first.subject.name,
      facts: Object.assign({}, ...shards.map(({ subject }) => subject.facts)),
    },
    startedAt: new Date(begin).toISOString(),
    duration: end - begin,
    ...(seeds.length === 1 && { seed: seeds[0] }),
    complete: shards.every(({ complete }) => complete),
    rules: mergeRules(shards.flatMap(({ rules }) => rules)),
    ambiguities: mergeAmbiguities(shards.flatMap(({ ambiguities }) => ambiguities)),
    ...(coverages.length > 0 && { coverage: mergeCoverage(coverages) }),
    notes: [
      ...new Set(shards.flatMap(({ notes }) => notes)),
      `Merged from ${shards.length} results${seeds.length > 1 ? ` with the seeds ${seeds.join(', ')}` : ''}.`,
    ],
  };
}

function refuseStranger(shard: Result, first: Result): void {
  for (const [what, one, other] of [
    ['kind', first.kind, shard.kind],
    ['subject', first.subject.name, shard.subject.name],
  ] as const) {
    if (one === other) continue;
    throw new ReportError(
      'bad-merge',
      `expected results of one ${what}, got ${JSON.stringify(one)} and ${JSON.stringify(other)}; set them side by side with drisc report compare`,
    );
  }
}

function mergeRules(rules: readonly RuleResult[]): RuleResult[] {
  const merged = new Map<string, RuleResult>();
  for (const rule of rules) {
    const other = merged.get(rule.id);
    merged.set(rule.id, other ? mergeRule(other, rule) : rule);
  }
  return [...merged.values()];
}

function mergeRule(one: RuleResult, other: RuleResult): RuleResult {
  const [leading] = [one, other].toSorted(
    (a, b) => WEIGHT.indexOf(verdictOf(a)) - WEIGHT.indexOf(verdictOf(b)),
  );
  return {
    ...(leading ?? one),
    exercised: one.exercised + other.exercised,
    duration: one.duration + other.duration,
    failures: [...one.failures, ...other.failures],
  };
}

function mergeAmbiguities(ambiguities: readonly Ambiguity[]): Ambiguity[] {
  const merged = new Map<string, Ambiguity>();
  for (const entry of ambiguities) {
    const other = merged.get(entry.id);
    const observed = [...new Set([other?.observed, entry.observed].filter((text) => text !== undefined))];
    merged.set(entry.id, {
      ...other,
      ...entry,
      ...(observed.length > 0 && { observed: observed.join(' / ') }),
    });
  }
  return [...merged.values()];
}

/** Pairs are left out: two shards' numbers do not tell how many pairs both walked. */
function mergeCoverage(coverages: readonly Coverage[]): Coverage {
  const transitions = new Map<string, Coverage['transitions'][number]>();
  for (const transition of coverages.flatMap((coverage) => coverage.transitions)) {
    const key = JSON.stringify([transition.from, transition.input, transition.to]);
    const count = (transitions.get(key)?.count ?? 0) + transition.count;
    transitions.set(key, { ...transition, count });
  }
  const [only] = coverages;
  return {
    states: [...new Set(coverages.flatMap(({ states }) => states))],
    transitions: [...transitions.values()],
    ...(coverages.length === 1 && only?.pairs && { pairs: only.pairs }),
  };
}
