import type { CustomerClaims } from '../../protocol/tokens.ts';
import { isVirtual } from '../../simulator/clock.ts';
import type { ScenarioCue, ScenarioPlay, ScenarioSwitch } from '../../simulator/scenario-switch.ts';
import { SimulatorError } from '../../simulator/simulator-error.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { ScenarioCollection } from '../collection.ts';
import { LivePlay } from './live-play.ts';
import { findPlace } from './live-stage.ts';
import { findObstacle, listNotes } from './obstacles.ts';

/** The scenarios that are over, each the last of its customer, of which it is remembered how they ended. */
const MOST_REMEMBERED = 200;

/** Plays scenarios in a running simulator, each for one customer, several side by side. */
export function createScenarioSwitch(simulator: Simulator, collection: ScenarioCollection): ScenarioSwitch {
  return new CustomerScenarios(simulator, collection);
}

class CustomerScenarios implements ScenarioSwitch {
  readonly #simulator: Simulator;
  readonly #collection: ScenarioCollection;
  readonly #plays = new Map<string, LivePlay>();
  #isClosed = false;

  constructor(simulator: Simulator, collection: ScenarioCollection) {
    this.#simulator = simulator;
    this.#collection = collection;
  }

  async list() {
    const scenarios = await this.#collection.list();
    return scenarios.map((scenario) => {
      const { name, title, why, tags, rules } = scenario;
      return { name, title, why, tags, rules, obstacle: findObstacle(scenario, this.#clock) };
    });
  }

  plays(): ScenarioPlay[] {
    return Array.from(this.#plays.values(), (play) => play.show());
  }

  async switchOn(name: string, cue: ScenarioCue): Promise<ScenarioPlay> {
    const key = keyOf(cue.customer);
    const scenario = await this.#collection.find(name);
    const obstacle = findObstacle(scenario, this.#clock);
    if (obstacle !== undefined) throw new SimulatorError('NotForSwitching', `${name}: ${obstacle}`);
    const place = findPlace(this.#simulator, cue.customer, cue.choice);
    for (let former = this.#plays.get(key); former?.isThere; former = this.#plays.get(key)) {
      // The same app presses play once more: part of the scenario, not a new beginning.
      if (cue.request && former.name === name && former.show().state === 'on') {
        await former.ready;
        return former.show();
      }
      await former.stop();
    }
    // One that begins now would be stopped by nobody.
    if (this.#isClosed) throw new SimulatorError('NotForSwitching', `${name}: the simulator is closing`);
    const play = new LivePlay(scenario, place, cue, listNotes(scenario, this.#clock));
    // Behind all others: the oldest give way first.
    this.#plays.delete(key);
    this.#plays.set(key, play);
    this.#forgetOldest();
    await play.ready;
    return play.show();
  }

  #forgetOldest(): void {
    const over = [...this.#plays].filter(([, play]) => !play.isThere);
    for (const [key] of over.slice(0, Math.max(0, over.length - MOST_REMEMBERED))) this.#plays.delete(key);
  }

  async switchOff(customer: CustomerClaims): Promise<ScenarioPlay | undefined> {
    const key = keyOf(customer);
    const play = this.#plays.get(key);
    await play?.stop();
    if (play && this.#plays.get(key) === play) this.#plays.delete(key);
    return play?.show();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#plays.values(), (play) => play.stop()));
  }

  get #clock(): 'real' | 'virtual' {
    return isVirtual(this.#simulator.clock) ? 'virtual' : 'real';
  }
}

function keyOf({ publisherId, customerId }: CustomerClaims): string {
  return JSON.stringify([publisherId, customerId]);
}
