import { describe, expect, it } from 'vitest';
import { SERVER_MUTANTS } from '../mutants/server/catalogue.ts';
import type { ServerMutant } from '../mutants/server/mutant.ts';
import { startServer } from '../mutants/server/start-mutant.ts';
import type { Result } from '../../reports/result.ts';
import type { Replay } from '../generate/replay-token.ts';
import { testServer } from './server-contract.ts';
import { tellConversations } from './told-conversations.ts';

const honest: ServerMutant = { name: 'honest', fault: 'none', breaks: 'none' };

/** Judges a server by one conversation in which a device misses a PONG. */
async function judge(mutant: ServerMutant, judgeAll = false): Promise<Result> {
  await using server = await startServer(mutant);
  const subject = { ...server.subject, pongTimeout: 'auto' as const };
  const { name, steps } = tellConversations(subject).find((told) => told.name === 'miss a PONG')!;
  const replay: Replay = { side: 'server', check: name, steps };
  return await testServer(subject, { seed: 1, runs: 0, ...(judgeAll ? {} : { replay }) });
}

function verdicts({ rules }: Result): { [rule: string]: string } {
  return Object.fromEntries(rules.map(({ id, verdict }) => [id, verdict]));
}

describe('a deadline of PONG that is measured', () => {
  it.each([600, 1_900])(
    'finds a server conforming that removes a mute session after %i ms',
    async (pongTimeout) => {
      const result = await judge({ ...honest, settings: { pongTimeout } });
      const [, measured] = /^(\d+) ms, measured$/.exec(result.subject.facts['PONG deadline']!)!;
      // Rather more than less: a loaded machine sees the close late.
      expect(Number(measured)).toBeGreaterThan(pongTimeout * 0.8);
      expect(result.ambiguities.find(({ id }) => id === 'AMB-6')?.observed).toBe(`${measured} ms`);
      expect(verdicts(result)).toMatchObject({
        'server/liveness/remove-mute': 'pass',
        'server/liveness/wait-for-deadline': 'pass',
      });
    },
  );

  it('is measured also where a refused create sends no PING', async () => {
    const result = await judge({ ...honest, settings: { pongTimeout: 900, pingOnRefusedCreate: false } });
    expect(result.subject.facts['PONG deadline']).toMatch(/measured$/);
    expect(result.rules.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  it('says that it is not known of a server that never pings, and leaves the rules about time open', async () => {
    const mutant = SERVER_MUTANTS.find(({ name }) => name === 'never-pings')!;
    const result = await judge(mutant, true);
    expect(result.subject.facts['PONG deadline']).toBe('not known');
    expect(verdicts(result)).toMatchObject({
      'server/liveness/ping-upon-create': 'fail',
      'server/liveness/remove-mute': 'inconclusive',
      'server/liveness/wait-for-deadline': 'inconclusive',
    });
    const rule = result.rules.find(({ id }) => id === 'server/liveness/remove-mute');
    expect(rule?.reason).toMatch(/could not be measured; give it with --pong-timeout/);
  });
});
