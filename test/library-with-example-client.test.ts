import { expect, it } from 'vitest';
import { createProcessClient } from '../contracts/subject/process-client.ts';
import { listLibraryNames, readLibraryScenario } from '../scenarios/library.ts';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import { playScenario } from '../scenarios/player/play-scenario.ts';
import { createSimulator } from '../simulator/simulator.ts';

/** Most of a scenario is waiting, so several go side by side, each with a simulator of its own. */
const SIDE_BY_SIDE = 8;

async function playWithExample(name: string): Promise<ScenarioOutcome> {
  await using simulator = createSimulator();
  await simulator.listen();
  return await playScenario(await readLibraryScenario(name), {
    simulator,
    attach: () => createProcessClient({ command: 'node examples/node-client/main.js' }),
  });
}

it(
  'the whole library passes with the example client, over real sockets and in real time',
  { timeout: 300_000 },
  async () => {
    const left = await listLibraryNames();
    const wrong: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const { verdict, failure, reason } = await playWithExample(name);
        if (verdict !== 'pass') wrong.push({ name, failure, reason });
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    expect(wrong).toEqual([]);
  },
);
