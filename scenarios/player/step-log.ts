import type { Clock } from '../../simulator/clock.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { ScenarioFailure, ScenarioOutcome, StepOutcome, StepVerdict } from '../outcome.ts';
import type { Scenario, Step } from '../scenario.ts';
import type { Observation } from './observation.ts';
import type { PlayEvent } from './performance-options.ts';
import { renderTranscript } from './transcript.ts';

/** How a step ended. `blame` is another step, which forbade what came; `stop` ends a scenario without a verdict. */
export type StepEnd =
  | { readonly kind: 'pass' | 'not-observable'; readonly came: string }
  | {
      readonly kind: 'fail';
      readonly message: string;
      readonly expected: string;
      readonly actual: string;
      readonly blame?: { readonly step: Step; readonly number: number };
    }
  | { readonly kind: 'stop'; readonly reason: string };

/** Keeps how each step ended, and puts the outcome together. */
export class StepLog {
  readonly #scenario: Scenario;
  readonly #clock: Clock;
  readonly #tell: (event: PlayEvent) => void;
  readonly #startedAt: number;
  readonly #outcomes: StepOutcome[] = [];
  readonly #log: string[] = [];
  #began = 0;
  #failure: ScenarioFailure | undefined;
  #stopped: string | undefined;
  #endedAt: number | undefined;

  constructor(scenario: Scenario, clock: Clock, tell: (event: PlayEvent) => void = () => {}) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#tell = tell;
    this.#startedAt = clock.now();
  }

  /** Whether there is nothing more to play. */
  get isOver(): boolean {
    return this.#failure !== undefined || this.#stopped !== undefined;
  }

  keepLog(subject: ClientSubject): void {
    subject.subscribe((event) => {
      if (event.event === 'log') this.#log.push(event.line);
      if (event.event === 'bad-line') this.#log.push(`not understood, ${event.problem}: ${event.line}`);
    });
  }

  begin(number: number, step: Step, prompt: boolean, within: number | undefined): void {
    this.#began = this.#clock.now();
    this.#tell({ type: 'begin', number, step, prompt, ...(within === undefined ? {} : { within }) });
  }

  end(number: number, step: Step, end: StepEnd): void {
    const took = this.#clock.now() - this.#began;
    const blame = end.kind === 'fail' ? end.blame : undefined;
    // The step that was awaited when another one's ban was broken has not been reached.
    if (blame && blame.number !== number && !this.#outcomes[number - 1]) {
      this.#write(number, step, 'not-reached', `given up, because of step ${blame.number}`, took);
    }
    const meant = blame ?? { step, number };
    this.#write(meant.number, meant.step, verdictOf(end), cameOf(end), took);
    if (end.kind === 'stop') this.#stopped = end.reason;
    if (end.kind !== 'fail') return;
    const { message, expected, actual } = end;
    const { text, place } = meant.step;
    this.#endedAt = this.#clock.now();
    this.#failure = { message, step: text, number: meant.number, place, expected, actual };
  }

  #write(number: number, step: Step, verdict: StepVerdict, came: string, took: number): void {
    const outcome = { text: step.text, verdict, came, took, rules: step.rules, place: step.place };
    this.#outcomes[number - 1] = outcome;
    this.#tell({ type: 'end', number, outcome });
  }

  conclude(history: readonly Observation[]): ScenarioOutcome {
    const { name, title, why, rules, tags, file } = this.#scenario;
    const verdict = this.#failure ? 'fail' : this.#stopped === undefined ? 'pass' : 'not-exercised';
    return {
      scenario: name,
      title,
      why,
      rules,
      tags,
      file,
      verdict,
      reason: this.#stopped,
      failure: this.#failure,
      steps: this.#outcomes,
      transcript: renderTranscript(history, this.#startedAt, this.#endedAt),
      log: this.#log,
      startedAt: this.#startedAt,
      duration: this.#clock.now() - this.#startedAt,
    };
  }
}

function verdictOf(end: StepEnd): StepVerdict {
  return end.kind === 'stop' ? 'not-reached' : end.kind;
}

function cameOf(end: StepEnd): string {
  if (end.kind === 'fail') return end.actual;
  return end.kind === 'stop' ? end.reason : end.came;
}
