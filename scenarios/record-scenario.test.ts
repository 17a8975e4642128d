import { expect, it } from 'vitest';
import { formatProblem, parseScenario } from './format/parse-scenario.ts';
import { listLibraryNames, readLibraryScenario } from './library.ts';
import { recordScenario } from './record-scenario.ts';
import { playInMemory } from './test-clients/play-in-memory.ts';

it('a recording of any scenario of the library is a scenario that the same client passes', async () => {
  const wrong: unknown[] = [];
  for (const name of await listLibraryNames()) {
    const scenario = await readLibraryScenario(name);
    const text = recordScenario(scenario, await playInMemory(scenario));
    const parsed = parseScenario(text, `${name}.recorded.scenario.yaml`);
    if (!parsed.ok) {
      wrong.push(parsed.problems.map(formatProblem));
      continue;
    }
    const { verdict, failure } = await playInMemory(parsed.scenario);
    if (verdict !== 'pass') wrong.push({ name, failure });
  }
  expect(wrong).toEqual([]);
});
