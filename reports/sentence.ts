import type { Result } from './result.ts';
import { countVerdicts, isFailing, overallVerdict } from './verdict.ts';
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
  const excuses = excusesOf(result, options);
  const clauses = [...headline(counts), ...excuses, ...remainder(counts), ...gateClause(result)].join(', ');
  const subject = SUBJECTS[result.kind];
  switch (overallVerdict(result, options)) {
    case 'conforms':
      return `${subject} conforms${excuses.length > 0 ? ' but for what is excused' : ''}: ${clauses}.`;
    case 'does-not-conform':
      return `${subject} does not conform: ${clauses}${result.complete ? '' : '; the run did not go to its end'}.`;
    case 'nothing-exercised':
      return counts.pass + counts.warn + counts.fail > 0
        ? 'Nothing was exercised that counts: every rule that was is newer than the rule set of this run.'
        : `Nothing was exercised, so nothing is known: ${remainder(counts).join(', ') || 'no rule was run'}.`;
    case 'error':
      return `The harness failed, so there is no verdict: ${clauses}.`;
    case 'interrupted':
      return `The run did not go to its end, so there is no verdict: so far ${clauses || 'no rule was run'}.`;
  }
}

function headline({ pass, fail, warn }: VerdictCounts): string[] {
  const exercised = pass + fail + warn;
  if (exercised === 0) return [];
  const rules = `${exercised} ${plural(exercised, 'rule')}`;
  return [
    ...(fail > 0 ? [`${fail} of ${rules} ${fail === 1 ? 'is' : 'are'} broken`] : []),
    fail > 0
      ? `${pass} ${pass === 1 ? 'holds' : 'hold'}`
      : `${pass} of ${rules} ${pass === 1 || exercised === 1 ? 'holds' : 'hold'}`,
    ...(warn > 0
      ? [`${warn} ${plural(warn, 'recommendation')} ${warn === 1 ? 'is' : 'are'} not followed`]
      : []),
  ];
}

function excusesOf({ rules }: Result, options: GateOptions): string[] {
  const failing = rules.filter((rule) => isFailing(rule, options));
  const known = failing.filter((rule) => rule.known !== undefined).length;
  const newer = failing.filter((rule) => rule.known === undefined && rule.scored === false).length;
  return [
    ...(known > 0 ? [`${known} ${known === 1 ? 'is a known failure' : 'are known failures'}`] : []),
    ...(newer > 0
      ? [`${newer} newer ${plural(newer, 'rule')} ${newer === 1 ? 'is' : 'are'} not scored`]
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

function gateClause({ gate }: Result): string[] {
  const count = gate?.problems.length ?? 0;
  return count > 0 ? [`and the gate stays closed for ${count} ${plural(count, 'reason')}`] : [];
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
