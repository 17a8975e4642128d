import type { TraceEvent } from './trace.ts';

/** A place in a trace where a rule does not hold. */
export interface Violation {
  /** One sentence: what happened that must not, or did not that must. */
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
  /** The event that broke the rule, or the one that was not followed by what it calls for. */
  readonly event?: TraceEvent | undefined;
  /** Where the violation is that something came too late: from when to when the harness had to be on time. */
  readonly window?: { readonly from: number; readonly until: number } | undefined;
}

/** What a monitor says about a trace. Where `exercised` is 0 the rule was not put to the test. */
export interface Finding {
  /** How many times the trace put the rule to the test. */
  readonly exercised: number;
  readonly violations: readonly Violation[];
}

/** Adds findings about several parts of a trace up. */
export function mergeFindings(findings: readonly Finding[]): Finding {
  return {
    exercised: findings.reduce((sum, { exercised }) => sum + exercised, 0),
    violations: findings.flatMap(({ violations }) => violations),
  };
}
