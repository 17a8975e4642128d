import type { Simulator } from '../../simulator/simulator.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import type { Scenario } from '../scenario.ts';
import { Performance } from './performance.ts';
import type { PerformanceOptions } from './performance-options.ts';
import { prepareOwnStage } from './own-stage.ts';
import { clearStage } from './stage.ts';

/** With what a scenario is played: a simulator, and what a performance takes. */
export interface PlayOptions extends PerformanceOptions {
  /** Nobody else uses it: whatever sessions it has are ended first. It listens, unless `baseUrl` says how it is reached. */
  readonly simulator: Simulator;
  /** Where the client finds the simulator; the simulator's own address unless told. */
  readonly baseUrl?: string | undefined;
}

/** Plays a scenario to its end or to its first failure. A client that misbehaves is an outcome and never thrown. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<ScenarioOutcome> {
  const stage = await prepareOwnStage(options.simulator, scenario, options.baseUrl);
  if (stage.order) options.onEvent?.({ type: 'order', order: stage.order });
  const performance = new Performance(stage, options);
  try {
    return await performance.run();
  } finally {
    await performance.close();
    clearStage(stage);
    // A server that is down for a deploy comes back before the next scenario. Virtual time has nobody to wait for.
    if (!options.time) await options.simulator.settled();
  }
}
