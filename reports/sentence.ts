import type { Result } from './result.ts';
import { countVerdicts, overallVerdict } from './verdict.ts';
import type { GateOptions, VerdictCounts } from './verdict.ts';

const SUBJECTS: Record<Result['kind'], string> = {
  server: 'The server',
  client: 'The client',
  scenario: 'The subject',
  trace: 'The recorded conversation',
};

/** The verdict in one plain sentence: `The server conforms: 24 of 24 rules hold, 2 could not be observed.` */
export function verdictSentence(result: Result, options: GateOptions = {}): string {
  const counts = countVerdicts(result.rules);
  const verdict = overallVerdict(result, options);
  const clauses = [...headline(counts), ...remainder(counts)].join(', ');
  switch (verdict) {
    case 'conforms':
      return `${SUBJECTS[result.kind]} conforms: ${clauses}.`;
    case 'does-not-conform':
      return `${SUBJECTS[result.kind]} does not conform: ${clauses}${result.complete ? '' : '; the run did not go to its end'}.`;
    case 'nothing-exercised':
      return `Nothing was exercised, so nothing is known: ${remainder(counts).join(', ') || 'no rule was run'}.`;
    case 'error':
      return `The harness failed, so there is no verdict: ${clauses}.`;
    case 'interrupted':
      return `The run did not go to its end, so there is no verdict: so far ${clauses || 'no rule was run'}.`;
  }
}

function headline({ pass, fail, warn }: VerdictCounts): string[] {
  const exercised = pass + fail + warn;
  if (exercised === 0) return [];
  return [
    ...(fail > 0
      ? [`${fail} of ${exercised} ${plural(exercised, 'rule')} ${fail === 1 ? 'is' : 'are'} broken`]
      : []),
    fail > 0
      ? `${pass} ${pass === 1 ? 'holds' : 'hold'}`
      : `${pass} of ${exercised} ${plural(exercised, 'rule')} ${pass === 1 || exercised === 1 ? 'holds' : 'hold'}`,
    ...(warn > 0
      ? [`${warn} ${plural(warn, 'recommendation')} ${warn === 1 ? 'is' : 'are'} not followed`]
      : []),
  ];
}

function remainder(counts: VerdictCounts): string[] {
  const { inconclusive, error } = counts;
  const unobserved = counts['not-observable'];
  const inapplicable = counts['not-applicable'];
  return [
    ...(unobserved > 0 ? [`${unobserved} could not be observed`] : []),
    ...(inapplicable > 0 ? [`${inapplicable} ${inapplicable === 1 ? 'does' : 'do'} not apply`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} ${inconclusive === 1 ? 'was' : 'were'} inconclusive`] : []),
    ...(error > 0 ? [`${error} ended in a fault of the harness`] : []),
  ];
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
