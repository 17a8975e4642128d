import { createSimulator } from '../../simulator/simulator.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import { playScenario } from '../player/play-scenario.ts';
import { createVirtualTime } from '../player/virtual-time.ts';
import type { Scenario } from '../scenario.ts';
import { MemoryClient } from './memory-client.ts';
import { BASE_URL, createMemoryWire } from './memory-wire.ts';
import type { Quirk } from './quirks.ts';

/** Plays a scenario on virtual time against a client of this process, a conforming one unless it has a quirk. */
export async function playInMemory(scenario: Scenario, quirk?: Quirk): Promise<ScenarioOutcome> {
  const time = createVirtualTime();
  const simulator = createSimulator({ clock: time.clock });
  const wire = createMemoryWire(simulator, time);
  return playScenario(scenario, {
    simulator,
    baseUrl: BASE_URL,
    time,
    attach: () => new MemoryClient(wire, time.clock, quirk),
  });
}
