import type { ScenarioPlay, ScenarioStep } from '../../simulator/scenario-switch.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import { listPlayedSteps } from '../player/opening.ts';
import { ASKED } from '../player/performance.ts';
import type { PlayEvent } from '../player/performance-options.ts';
import type { Scenario, Step } from '../scenario.ts';

type Begin = Extract<PlayEvent, { type: 'begin' }>;

/** Keeps how far a scenario has come, for whoever looks at it from outside. */
export class PlayRecord {
  readonly #head: Pick<
    ScenarioPlay,
    'scenario' | 'title' | 'publisherId' | 'customerId' | 'offerId' | 'notes' | 'startedAt'
  >;
  readonly #planned: readonly Step[];
  readonly #begun: ScenarioStep[] = [];
  #ahead: readonly Step[];
  #last: Step | undefined;
  #end: Pick<ScenarioPlay, 'state' | 'reason' | 'breach' | 'endedAt'> = { state: 'on' };

  constructor(
    scenario: Scenario,
    head: Pick<ScenarioPlay, 'publisherId' | 'customerId' | 'offerId' | 'notes' | 'startedAt'>,
  ) {
    const { publisherId, customerId, offerId, notes, startedAt } = head;
    const { name, title } = scenario;
    this.#head = { scenario: name, title, publisherId, customerId, offerId, notes, startedAt };
    this.#planned = listPlayedSteps(scenario);
    this.#ahead = this.#planned;
  }

  /** @param now milliseconds since the epoch */
  follow(event: PlayEvent, now: number): void {
    if (event.type === 'begin') {
      const { number, step, within } = event;
      this.#last = step;
      if (event.prompt) this.#settlePrompts();
      const until = within === undefined ? {} : { until: now + within };
      const state = stateOf(event);
      this.#begun[number - 1] = { number, text: step.text, state, rules: step.rules, ...until };
      const at = this.#planned.findIndex((planned) => holds(planned, step));
      if (at !== -1) this.#ahead = this.#planned.slice(at + 1);
    }
    if (event.type === 'end') {
      const { number, outcome } = event;
      const { text, verdict, came, took, rules } = outcome;
      if (this.#last && isAwaited(this.#last)) this.#settlePrompts();
      const state = came === ASKED ? 'prompt' : verdict;
      this.#begun[number - 1] = { number, text, state, came, took, rules };
    }
  }

  /** What a person was asked to do has been done where something has come of it. */
  #settlePrompts(): void {
    for (const [index, step] of this.#begun.entries()) {
      if (step.state === 'prompt') this.#begun[index] = { ...step, state: 'pass', came: 'it was done' };
    }
  }

  /** @param stopped whether somebody switched it off */
  conclude({ verdict, reason, failure }: ScenarioOutcome, stopped: boolean, now: number): void {
    const isStopped = stopped && verdict !== 'fail' && verdict !== 'pass';
    const breach = failure && {
      number: failure.number,
      step: failure.step,
      message: failure.message,
      expected: failure.expected,
      actual: failure.actual,
    };
    this.#end = { state: isStopped ? 'stopped' : verdict, reason, breach, endedAt: now };
  }

  /** The player itself could not go on. */
  giveUp(error: unknown, now: number): void {
    this.#end = { state: 'error', reason: String(error), endedAt: now };
  }

  show(): ScenarioPlay {
    const ahead = this.#ahead.map(({ text, rules }): ScenarioStep => ({
      text,
      rules,
      state: this.#isOn ? 'to-come' : 'not-reached',
    }));
    return { ...this.#head, ...this.#end, steps: [...this.#begun, ...ahead] };
  }

  get #isOn(): boolean {
    return this.#end.state === 'on';
  }
}

function stateOf({ step, prompt }: Begin): ScenarioStep['state'] {
  if (prompt) return 'prompt';
  return isAwaited(step) ? 'awaited' : 'under-way';
}

/** Whether something has to come for a step to end. */
export function isAwaited(step: Step): boolean {
  return step.type === 'say' ? step.awaits : step.type !== 'never';
}

/** Whether a step is another one, or stands in it. */
function holds(whole: Step, step: Step): boolean {
  if (whole === step) return true;
  if (whole.type === 'one-of') return whole.branches.flat().some((inner) => holds(inner, step));
  return (
    (whole.type === 'repeat' || whole.type === 'any-order') && whole.steps.some((inner) => holds(inner, step))
  );
}
