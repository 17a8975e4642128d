import { describe, expect, it } from 'vitest';
import { stepPool } from '../../protocol/model/pool.ts';
import { SERVER_MUTANTS } from '../mutants/server/catalogue.ts';
import type { ServerMutant } from '../mutants/server/mutant.ts';
import { startServer } from '../mutants/server/start-mutant.ts';
import { judgeServerMutant } from '../mutants/server/kill-matrix.ts';
import { parseReplayToken } from '../generate/replay-token.ts';
import type { Replay } from '../generate/replay-token.ts';
import { testServer } from './server-contract.ts';

/** A server that has a run broken off while it handles the `at`-th thing that happens to a pool. */
function interrupting(at: number, interrupt: AbortController, base?: ServerMutant): ServerMutant {
  let happened = 0;
  return {
    name: 'interrupting',
    fault: 'none of its own',
    breaks: 'none',
    ...base,
    tamper(simulator) {
      const tampered = base?.tamper?.(simulator);
      return {
        ...tampered,
        stepPool(pool, input, policy) {
          if ((happened += 1) === at) interrupt.abort();
          return (tampered?.stepPool ?? stepPool)(pool, input, policy);
        },
      };
    },
  };
}

async function breakOff(at: number, base?: ServerMutant, replay?: Replay) {
  const interrupt = new AbortController();
  await using server = await startServer(interrupting(at, interrupt, base));
  const options = { seed: 1, runs: 60, replay, signal: interrupt.signal };
  const result = await testServer(server.subject, options);
  const left = (await server.simulator.pools()).flatMap(({ pool }) => pool.sessions);
  return { result, left, wasBrokenOff: interrupt.signal.aborted };
}

describe('a run that is broken off', () => {
  // The first ones are within the acquaintance, the last ones among direct checks and made-up conversations.
  it.each([1, 2, 7, 20, 60, 150, 400, 700, 1000, 1300])(
    'leaves no session behind when event %i of the server interrupts it',
    async (at) => {
      const { result, left, wasBrokenOff } = await breakOff(at);
      expect(wasBrokenOff).toBe(true);
      expect(left).toEqual([]);
      expect(result.complete).toBe(false);
      const blamed = result.rules.filter(({ verdict }) => ['fail', 'warn', 'error'].includes(verdict));
      expect(blamed.map(({ id, reason, failures }) => [id, reason, failures[0]?.message])).toEqual([]);
      expect(result.notes.join()).not.toContain('end was not seen');
    },
  );

  it('leaves none behind in the midst of shrinking, and keeps the failure that it was shrinking', async () => {
    const mutant = SERVER_MUTANTS.find(({ name }) => name === 'silent-second-takeover')!;
    const first = await judgeServerMutant(mutant, { seed: 1, runs: 0 });
    const [failure] = first.result.rules.find(({ id }) => id === mutant.breaks)!.failures;
    const replay = parseReplayToken(failure!.replay!.token);
    // Two more devices that come and go, for shrinking to leave out.
    const more = ['car', 'watch'].flatMap((device) => [
      { do: 'create', device },
      { do: 'connect', device },
      { do: 'finish', device },
    ]);
    const { result, left, wasBrokenOff } = await breakOff(200, mutant, {
      ...replay,
      steps: [...more, ...replay.steps!],
    });
    expect(wasBrokenOff).toBe(true);
    expect(left).toEqual([]);
    expect(result).toMatchObject({ complete: false });
    const broken = result.rules.find(({ id }) => id === mutant.breaks);
    expect(broken).toMatchObject({ verdict: 'fail' });
  });

  it('begins nothing when it was broken off before it began', async () => {
    await using server = await startServer();
    const result = await testServer(server.subject, { seed: 1, signal: AbortSignal.abort() });
    expect(result).toMatchObject({ complete: false });
    expect(result.rules.every(({ exercised }) => exercised === 0)).toBe(true);
    expect(server.simulator.journal.entries()).toEqual([]);
  });
});
