import { SESSION_STATES } from '../../protocol/model/session-table.ts';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Ambiguity, Coverage, Result, RuleResult } from '../../reports/result.ts';
import { nameTransition, reachableTransitions, transitionPairs } from '../generate/transition-tours.ts';
import { judgeRules } from '../verdict.ts';
import type { Acquaintance } from './acquaintance.ts';
import type { ServerSubject } from './server-subject.ts';
import type { Tally } from './tally.ts';

/** What a run was, beside what its cases came to. */
export interface RunFacts extends Pick<Result, 'startedAt' | 'duration' | 'seed' | 'complete'> {
  readonly subject: ServerSubject;
  /** Nothing where the run was broken off before. */
  readonly acquaintance: Acquaintance | undefined;
  /** What was seen where the documents leave a choice. */
  readonly ambiguities: readonly Ambiguity[];
  /** Only what was exercised is of interest in one. */
  readonly isReplay: boolean;
  readonly toolVersion: string;
}

/** The verdicts as far as the run has come. Pure. */
export function judgeTally(
  tally: Tally,
  isWanted: (rule: string) => boolean,
  acquaintance: Acquaintance | undefined,
): RuleResult[] {
  const wanted = SERVER_RULES.filter(({ id }) => isWanted(id));
  return judgeRules(wanted, tally.outcomes).map((rule) => doubt(rule, acquaintance?.trouble));
}

/**
 * Where not even a plain session works, a rule that seems to hold holds by accident: a server that closes every
 * connection never sends a wrong frame.
 */
function doubt(rule: RuleResult, trouble: string | undefined): RuleResult {
  if (trouble === undefined || rule.verdict !== 'pass') return rule;
  return {
    ...rule,
    verdict: 'not-observable',
    reason: `It seems to hold, but first contact failed. ${trouble}`,
  };
}

/** Puts a run together as the data that reports render. Pure. */
export function buildResult(tally: Tally, judged: readonly RuleResult[], facts: RunFacts): Result {
  const { subject, acquaintance, ambiguities, isReplay, toolVersion, startedAt, duration, seed, complete } =
    facts;
  return {
    version: RESULT_VERSION,
    tool: { name: 'drisckit', version: toolVersion },
    kind: 'server',
    subject: {
      name: subject.url,
      facts: {
        publisher: subject.publisherId,
        offers: subject.offers.join(', '),
        limit: String(subject.limit),
        'PONG deadline': describeDeadline(subject, acquaintance),
        ...(acquaintance ? { 'round trip': `${acquaintance.habits.tempo.roundTrip.toFixed(1)} ms` } : {}),
      },
    },
    startedAt,
    duration,
    seed,
    complete,
    rules: judged.filter(({ exercised, verdict }) => !isReplay || exercised > 0 || verdict === 'error'),
    ambiguities: [...ambiguities],
    coverage: measureCoverage(tally, subject.takeover),
    notes: tally.notes,
  };
}

function describeDeadline({ pongTimeout }: ServerSubject, acquaintance: Acquaintance | undefined): string {
  if (pongTimeout !== 'auto') return `${pongTimeout} ms`;
  if (!acquaintance || acquaintance.habits.unknownDeadline !== undefined) return 'not known';
  return `${acquaintance.habits.settings.pongTimeout} ms, measured`;
}

function measureCoverage(tally: Tally, takeover: boolean): Coverage {
  const pairs = transitionPairs(takeover);
  return {
    states: [...SESSION_STATES],
    transitions: reachableTransitions(takeover).map((transition) => ({
      from: transition.from,
      input: transition.input,
      to: transition.next,
      count: tally.transitions.filter((name) => name === nameTransition(transition)).length,
    })),
    pairs: { covered: pairs.filter((pair) => tally.pairs.has(pair)).length, total: pairs.length },
  };
}
