import { describe, expect, it } from 'vitest';
import type { Settings } from '../../protocol/settings.ts';
import { SERVER_MUTANTS } from '../mutants/server/catalogue.ts';
import type { ServerMutant } from '../mutants/server/mutant.ts';
import { startServer } from '../mutants/server/start-mutant.ts';
import type { StartedServer } from '../mutants/server/start-mutant.ts';
import { makeAcquaintance } from './acquaintance.ts';
import { CaseRunner } from './case-runner.ts';
import { Bench } from './direct-check.ts';
import { assumeHabits } from './habits.ts';
import { testServer } from './server-contract.ts';
import { Tally } from './tally.ts';
import { NO_TEMPO } from './tempo.ts';
import { tellConversations } from './told-conversations.ts';
import { beginVisit } from './visit.ts';

/** Starts a server that takes its time over each frame, in milliseconds, and answers requests at once. */
async function startSlowly(
  delay: number,
  mutant?: Pick<ServerMutant, 'settings' | 'store' | 'tamper'>,
  direction: 'in' | 'out' = 'in',
): Promise<StartedServer> {
  const server = await startServer(mutant);
  server.simulator.faults.add({ kind: 'delay-frame', name: 'slow', direction, delay });
  return server;
}

async function judge(server: StartedServer, rules: string): Promise<{ [rule: string]: string }> {
  const result = await testServer(server.subject, { seed: 1, runs: 0, rules });
  return Object.fromEntries(result.rules.map(({ id, verdict }) => [id, verdict]));
}

describe('a server that is slow to handle frames and quick to answer preflights', () => {
  it('is given the time that it takes', async () => {
    await using server = await startSlowly(80);
    const { habits, trouble } = await makeAcquaintance(server.subject, 'a customer', beginVisit());
    expect(trouble).toBeUndefined();
    expect(habits.tempo.answer).toBeGreaterThan(75);
    expect(habits.settle).toBeGreaterThan(3 * 75);
  });

  it.each<[string, Partial<Settings>]>([
    ['closes', {}],
    ['leaves the connection open', { closeAfterFinished: false, closeAfterExpired: false }],
  ])('has no session any more that a device has left, where it %s after FINISHED', async (_, settings) => {
    await using server = await startSlowly(150, { settings });
    const habits = assumeHabits(server.subject, NO_TEMPO, settings);
    const bench = new Bench('', server.subject, habits, 'a customer');
    const device = bench.device('phone');
    await bench.createdBy(device, 'phone');
    await bench.connectedBy(device);
    expect(await bench.finish(device)).toBe(true);
    expect(await server.simulator.pools()).toEqual([]);
    await bench.close();
  });

  it('is not blamed for what it has not handled yet', async () => {
    await using server = await startSlowly(80);
    const rules = [
      'server/create/accept-name-of-100',
      'server/create/keep-name',
      'server/takeover/unknown-session',
      'server/finish/free-before-close',
      'server/concurrency/exact-grants',
      'server/concurrency/one-takeover-wins',
      'server/concurrency/linearizable',
    ];
    expect(await judge(server, `{${rules.join()}}`)).toEqual(
      Object.fromEntries(rules.map((rule) => [rule, 'pass'])),
    );
    expect(await server.simulator.pools()).toEqual([]);
  });

  it('is found out where it takes the token of any endpoint', async () => {
    const mutant = SERVER_MUTANTS.find(({ name }) => name === 'any-endpoint')!;
    await using server = await startSlowly(100, mutant);
    expect(await judge(server, mutant.breaks)).toEqual({ [mutant.breaks]: 'fail' });
  });

  it('is not said to tell a victim late where all that it sends takes its time', async () => {
    await using server = await startSlowly(150, undefined, 'out');
    const rule = 'server/takeover/tell-before-answer';
    expect(['not-observable', 'pass']).toContain((await judge(server, rule))[rule]);
  });
});

/** Holds one conversation with a server that does not hear FINISHED of one customer, whom it makes wait for OK. */
async function hold(delay: number) {
  const asked = new Set<string>();
  await using server = await startServer({
    tamper: (simulator) => ({
      async receive(id, data) {
        const open = simulator()
          .runtime.connections()
          .find(({ connection }) => connection.id === id);
        asked.add(open!.claims.customerId);
        if (asked.size > 1) return false;
        await new Promise((resolve) => void setTimeout(resolve, delay));
        return data.toString().includes('FINISHED');
      },
    }),
  });
  const { subject } = server;
  const tally = new Tally();
  const runner = new CaseRunner({
    subject,
    habits: assumeHabits(subject, NO_TEMPO),
    visit: beginVisit(),
    stalls: { longestSince: () => 0, [Symbol.dispose]: () => {} },
    tally,
    seed: 1,
    isWanted: () => true,
  });
  const { name, steps } = tellConversations(subject).find((told) => told.name === 'play and stop')!;
  await runner.carryOut({ name, steps });
  return { looks: asked.size, kinds: new Set(tally.outcomes.map(({ kind }) => kind)) };
}

describe('what speaks against a server', () => {
  it('while it takes longer than was reckoned with, is looked at again', async () => {
    expect(await hold(300)).toEqual({ looks: 2, kinds: new Set(['held']) });
  });
});
