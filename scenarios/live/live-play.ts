import type { ScenarioCue, ScenarioPlay } from '../../simulator/scenario-switch.ts';
import { Performance } from '../player/performance.ts';
import { setStage } from '../player/stage.ts';
import type { Place } from '../player/stage.ts';
import type { Scenario } from '../scenario.ts';
import { leavePlace } from './live-stage.ts';
import { PlayRecord, isAwaited } from './play-record.ts';

/** Milliseconds that a person may take to do what a step asks of the user; they may have to walk to a TV. */
const PATIENCE = 10 * 60_000;

/** One scenario that is played for one customer of a running simulator. */
export class LivePlay {
  readonly name: string;
  /** Resolves when everything is in place and the app is waited for, or when it is over before that. */
  readonly ready: Promise<void>;
  readonly #over: Promise<void>;
  readonly #record: PlayRecord;
  readonly #place: Place;
  readonly #abort = new AbortController();
  #isOver = false;

  constructor(scenario: Scenario, place: Place, { request }: Pick<ScenarioCue, 'request'>, notes: string[]) {
    const { customer, offerId, simulator } = place;
    this.name = scenario.name;
    this.#place = place;
    const startedAt = simulator.clock.now();
    this.#record = new PlayRecord(scenario, { ...customer, offerId, notes, startedAt });
    let over = Promise.resolve();
    this.ready = new Promise((resolve) => {
      over = this.#play(scenario, request, resolve).finally(() => {
        this.#isOver = true;
        resolve();
      });
    });
    this.#over = over;
  }

  /** Whether there is still something of it in the simulator. */
  get isThere(): boolean {
    return !this.#isOver;
  }

  show(): ScenarioPlay {
    return this.#record.show();
  }

  /** Ends it before its time; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#over;
  }

  async #play(scenario: Scenario, request: ScenarioCue['request'], onReady: () => void): Promise<void> {
    const { clock } = this.#place.simulator;
    try {
      this.#note(`scenario ${scenario.name} is on`);
      const stage = await setStage(this.#place, scenario);
      const performance = new Performance(stage, {
        request,
        patience: PATIENCE,
        signal: this.#abort.signal,
        onEvent: (event) => {
          this.#record.follow(event, clock.now());
          if (event.type === 'begin' && (event.prompt || isAwaited(event.step))) onReady();
        },
      });
      try {
        this.#record.conclude(await performance.run(), this.#abort.signal.aborted, clock.now());
      } finally {
        await performance.close();
        await leavePlace(stage);
      }
    } catch (error) {
      // A verdict stands, whatever goes wrong when the place is left.
      if (this.show().state === 'on') this.#record.giveUp(error, clock.now());
      else this.#note(`scenario ${scenario.name} could not be cleared away: ${String(error)}`);
    }
    this.#note(describeEnd(this.show()));
  }

  #note(text: string): void {
    const { simulator, customer } = this.#place;
    simulator.journal.write({ ...customer }, { kind: 'note', text });
  }
}

function describeEnd({ scenario, state, reason, breach, steps }: ScenarioPlay): string {
  if (!breach) return `scenario ${scenario}: ${state}${reason === undefined ? '' : `, ${reason}`}`;
  const { number, step, expected, actual } = breach;
  return `scenario ${scenario}: ${state} at step ${number} of ${steps.length}, ${step}; expected ${expected}; came ${actual}`;
}
