import pc from 'picocolors';
import { renderArrowDiagram } from '../../scenarios/arrow-diagram.ts';
import { formatDuration } from '../../scenarios/format/duration.ts';
import type { ScenarioOutcome, StepOutcome, StepVerdict } from '../../scenarios/outcome.ts';
import type { PlayEvent } from '../../scenarios/player/performance-options.ts';
import type { Scenario } from '../../scenarios/scenario.ts';

/** Tells somebody how a scenario goes: a person in a terminal, or a program. */
export interface PlayPrinter {
  begin(scenario: Scenario): void;
  event(event: PlayEvent): void;
  end(outcome: ScenarioOutcome): void;
  summary(outcomes: readonly ScenarioOutcome[]): void;
}

/** @param live whether lines can be written over, as in a terminal. @param person whether somebody drives by hand. */
export function createTextPrinter(
  write: (text: string) => void,
  { live, person }: { live: boolean; person: boolean },
): PlayPrinter {
  return {
    begin({ name, title }) {
      write(`\n${pc.bold(name)}  ${title}\n`);
    },
    event(event) {
      if (event.type === 'order' && person) {
        const { baseUrl, token, choice, sessionName } = event.order;
        const what = choice.tag === undefined ? `offer    ${choice.offerId}` : `tag      ${choice.tag}`;
        write(
          pc.dim('Point your client here:\n') +
            `  base URL ${pc.green(baseUrl)}\n  ${what}\n  name     ${sessionName}\n  token    ${token}\n`,
        );
      }
      if (event.type === 'begin') {
        const awaited = event.prompt
          ? pc.yellow(`  ☞  now do this: ${event.step.text}`)
          : describeAwaited(event);
        if (event.prompt) write(`${awaited}\n`);
        else if (live) write(awaited);
        else if (person) write(`${awaited}\n`);
      }
      if (event.type === 'end') write(`${live ? '\r\u001B[2K' : ''}${formatStep(event.outcome)}\n`);
    },
    end(outcome) {
      write(outcome.failure ? formatFailure(outcome) : `${formatVerdict(outcome)}\n`);
    },
    summary(outcomes) {
      if (outcomes.length > 1) write(formatSummary(outcomes));
    },
  };
}

/** One JSON line an event. */
export function createJsonPrinter(write: (text: string) => void): PlayPrinter {
  const line = (value: object): void => write(`${JSON.stringify(value)}\n`);
  return {
    begin: ({ name, title, file }) => line({ event: 'scenario', name, title, file }),
    event(event) {
      if (event.type === 'order') line({ event: 'order', ...event.order });
      if (event.type === 'begin') {
        line({
          event: 'awaiting',
          number: event.number,
          step: event.step.text,
          prompt: event.prompt,
          within: event.within,
        });
      }
      if (event.type === 'end') line({ event: 'step', number: event.number, ...event.outcome });
    },
    end: (outcome) => line({ event: 'outcome', ...outcome }),
    summary: (outcomes) => line({ event: 'verdict', ...countVerdicts(outcomes) }),
  };
}

const MARKS: Record<StepVerdict, string> = {
  pass: pc.green('✓'),
  fail: pc.red('✗'),
  'not-observable': pc.yellow('◌'),
  'not-reached': pc.dim('·'),
};

function describeAwaited({ step, within }: PlayEvent & { type: 'begin' }): string {
  const patience = within === undefined ? '' : pc.dim(`  (within ${formatDuration(within)})`);
  return `  ${pc.cyan('…')}  ${step.text}${patience}`;
}

function formatStep({ text, verdict, came, took }: StepOutcome): string {
  const time = took < 10 ? '' : pc.dim(`  ${(took / 1000).toFixed(2)} s`);
  const note = verdict === 'pass' ? '' : pc.dim(`  ${came}`);
  return `  ${MARKS[verdict]}  ${text}${time}${note}`;
}

function formatVerdict({ verdict, reason, duration, steps }: ScenarioOutcome): string {
  if (verdict !== 'pass') return `${pc.yellow(verdict.toUpperCase())}  ${reason ?? ''}`;
  const unseen = steps.filter((step) => step.verdict === 'not-observable').length;
  const note = unseen === 0 ? '' : pc.yellow(`, ${unseen} not observable`);
  return `${pc.green('PASS')}  ${steps.length} steps in ${(duration / 1000).toFixed(1)} s${note}`;
}

function formatFailure(outcome: ScenarioOutcome): string {
  const { failure, why, transcript, log, file } = outcome;
  if (!failure) return '';
  const where = failure.place && file ? `  ${file}:${failure.place.line}:${failure.place.column}\n` : '';
  const stderr =
    log.length === 0
      ? ''
      : `\n  The client's log ended with\n${log
          .slice(-5)
          .map((line) => `    ${line}\n`)
          .join('')}`;
  return `${pc.red('FAIL')}  at step ${failure.number}: ${failure.message}
${pc.dim(where)}  expected  ${failure.expected}
  came      ${failure.actual}
  why it matters: ${why}

${renderArrowDiagram(transcript).replace(/^✗.*$/m, (line) => pc.red(line))}
${pc.red(`  ✗ step ${failure.number}: ${failure.step}`)}
${stderr}`;
}

function countVerdicts(outcomes: readonly ScenarioOutcome[]) {
  const count = (verdict: ScenarioOutcome['verdict']): number =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length;
  return {
    scenarios: outcomes.length,
    passed: count('pass'),
    failed: count('fail'),
    notExercised: count('not-exercised'),
    errors: count('error'),
  };
}

function formatSummary(outcomes: readonly ScenarioOutcome[]): string {
  const { scenarios, passed, failed, notExercised } = countVerdicts(outcomes);
  const seconds = outcomes.reduce((sum, { duration }) => sum + duration, 0) / 1000;
  const failures = outcomes.flatMap(({ scenario, failure }) =>
    failure ? [`  ${pc.red('✗')}  ${scenario}, step ${failure.number}: ${failure.message}\n`] : [],
  );
  const others = notExercised === 0 ? '' : `, ${notExercised} not exercised`;
  return `\n${pc.bold(`${scenarios} scenarios: ${passed} passed, ${failed} failed${others}`)} in ${seconds.toFixed(1)} s\n${failures.join('')}`;
}
