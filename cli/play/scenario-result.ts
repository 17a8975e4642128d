import type { ScenarioOutcome } from '../../scenarios/outcome.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Failure, Result, RuleResult, Verdict } from '../../reports/result.ts';
import { quoteForShell } from '../quote.ts';
import { VERSION } from '../../simulator/version.ts';

/**
 * Puts what playing gave into the form that every report format renders: a scenario stands where a rule would.
 * @param complete whether each was played that was to be
 */
export function toScenarioResult(
  outcomes: readonly ScenarioOutcome[],
  subject: { name: string; facts: Record<string, string> },
  complete: boolean,
): Result {
  return {
    version: RESULT_VERSION,
    tool: { name: 'drisc', version: VERSION },
    kind: 'scenario',
    subject,
    startedAt: new Date(outcomes[0]?.startedAt ?? Date.now()).toISOString(),
    duration: outcomes.reduce((sum, { duration }) => sum + duration, 0),
    complete,
    rules: outcomes.map((outcome) => toRuleResult(outcome, subject.facts['command'])),
    ambiguities: [],
    notes: [],
  };
}

function toRuleResult(outcome: ScenarioOutcome, command: string | undefined): RuleResult {
  const { scenario, title, why, tags, rules, duration, failure, steps } = outcome;
  const verdict = verdictOf(outcome);
  const reason =
    outcome.reason ?? (verdict === 'not-observable' ? 'The client shows none of its steps.' : undefined);
  return {
    id: `scenario/${tags[0] ?? 'untagged'}/${scenario}`,
    side: 'scenario',
    section: tags[0] ?? 'untagged',
    level: 'MUST',
    title,
    text: rules.length === 0 ? title : `${title}. Exercises ${rules.join(', ')}.`,
    clause: '',
    mark: 'A',
    sources: [],
    why,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    exercised: steps.some((step) => step.verdict === 'pass') ? 1 : 0,
    duration,
    failures: failure ? [toFailure(outcome, failure, command)] : [],
  };
}

function verdictOf({ verdict, steps }: ScenarioOutcome): Verdict {
  if (verdict === 'not-exercised') return 'inconclusive';
  if (verdict === 'pass' && steps.every((step) => step.verdict === 'not-observable')) return 'not-observable';
  return verdict;
}

function toFailure(
  { scenario, file, steps, transcript, log }: ScenarioOutcome,
  { message, step, number, expected, actual, place }: NonNullable<ScenarioOutcome['failure']>,
  command: string | undefined,
): Failure {
  const again = `drisc play ${quoteForShell(file?.includes('/library/') ? scenario : (file ?? scenario))}`;
  const driven = command === undefined ? '' : ` --command ${quoteForShell(command)}`;
  return {
    check: `step ${number}: ${step}`,
    message,
    expected,
    actual,
    steps: steps.map(({ text }) => text),
    transcript: transcript.map(({ lost: _, ...line }) => line),
    replay: { token: scenario, command: again + driven },
    ...(file && place ? { location: { file, ...place } } : {}),
    log: [...log],
  };
}
