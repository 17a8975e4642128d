import type { Simulator } from '../../simulator/simulator.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { ScenarioOutcome, StepOutcome } from '../outcome.ts';
import type { Scenario, Step } from '../scenario.ts';
import { Performance } from './performance.ts';
import type { AppOrder } from './stage.ts';
import { prepareStage } from './stage.ts';

import type { VirtualTime } from './virtual-time.ts';

/** What the player tells while it plays: before a step what it waits for or does, and afterwards how it ended. */
export type PlayEvent =
  | { readonly type: 'order'; readonly order: AppOrder }
  | {
      readonly type: 'begin';
      readonly number: number;
      readonly step: Step;
      readonly prompt: boolean;
      readonly within?: number;
    }
  | { readonly type: 'end'; readonly number: number; readonly outcome: StepOutcome };

export interface PlayOptions {
  /** Whatever sessions it has are ended first. It listens, unless `baseUrl` says how else it is reached. */
  readonly simulator: Simulator;
  /**
   * Attaches the client under test, when everything is in place for it. Left out: somebody else connects a client, and
   * a person does what the scenario says of the user.
   */
  readonly attach?: ((order: AppOrder) => ClientSubject) | undefined;
  readonly onEvent?: ((event: PlayEvent) => void) | undefined;
  /** Where the client finds the simulator; the simulator's own address unless told. */
  readonly baseUrl?: string | undefined;
  /** Virtual time, which the simulator and the client must follow too; real time where left out. */
  readonly time?: VirtualTime | undefined;
  /** Milliseconds to wait for what a person has to do; two minutes unless told. */
  readonly patience?: number | undefined;
}

/** Plays a scenario to its end or to its first failure. A client that misbehaves is an outcome and never thrown. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<ScenarioOutcome> {
  const stage = await prepareStage(options.simulator, scenario, options.baseUrl);
  options.onEvent?.({ type: 'order', order: stage.order });
  const performance = new Performance(stage, options);
  try {
    return await performance.run();
  } finally {
    await performance.close();
    options.simulator.faults.clear();
    // A server that is down for a deploy comes back before the next scenario. Virtual time has nobody to wait for.
    if (!options.time) await options.simulator.settled();
  }
}
