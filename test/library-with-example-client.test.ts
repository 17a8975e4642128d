import { expect, it } from 'vitest';
import { createProcessClient } from '../contracts/subject/process-client.ts';
import { listLibraryNames, readLibraryScenario } from '../scenarios/library.ts';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import { playScenario } from '../scenarios/player/play-scenario.ts';
import type { RuleResult } from '../reports/result.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { judgeApp } from '../testing/judge-app.ts';

/** Most of a scenario is waiting, so several go side by side, each with a simulator of its own. */
const SIDE_BY_SIDE = 8;

interface Played extends ScenarioOutcome {
  /** The rules that a test of an app would find broken in it. */
  readonly broken: readonly RuleResult[];
}

async function playWithExample(name: string): Promise<Played> {
  await using simulator = createSimulator({ showTokens: true });
  await simulator.listen();
  const outcome = await playScenario(await readLibraryScenario(name), {
    simulator,
    attach: () => createProcessClient({ command: 'node examples/node-client/main.js' }),
  });
  return { ...outcome, broken: judgeApp(simulator).rules.filter(({ verdict }) => verdict === 'fail') };
}

it(
  'the whole library passes with the example client, over real sockets and in real time, and breaks no rule',
  { timeout: 300_000 },
  async () => {
    const left = await listLibraryNames();
    const wrong: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const { verdict, failure, reason, broken } = await playWithExample(name);
        if (verdict !== 'pass' || broken.length > 0) wrong.push({ name, failure, reason, broken });
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    expect(wrong).toEqual([]);
  },
);
