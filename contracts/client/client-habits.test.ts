import { expect, it } from 'vitest';
import { ReferenceClient } from '../mutants/client/reference-client.ts';
import type { Line } from '../mutants/client/reference-client.ts';
import { attachDirect } from '../subject/direct-client.ts';
import { runClientContract } from './run-client-contract.ts';

async function habitsOf(Client: typeof ReferenceClient): Promise<Record<string, string | undefined>> {
  await using client = attachDirect('client', (ports, show) => new Client(ports, show));
  const { ambiguities } = await runClientContract(client, { runs: 0 });
  return Object.fromEntries(ambiguities.map(({ id, observed }) => [id, observed]));
}

it('says what a client does where the documents leave a choice', async () => {
  expect(await habitsOf(ReferenceClient)).toEqual({
    'AMB-1': 'both, enabled, status',
    'AMB-3': '403, 429',
    'AMB-6': 'at most 2 ms',
    'AMB-7': 'yes, after 1000 ms at most',
    'AMB-8': 'yes',
    'AMB-9': 'ignores them',
    'AMB-11': 'UTF-16 units, or less',
    'AMB-12': 'plays without a connection',
    'AMB-14': 'tries it again',
    'AMB-15': 'resumes the session',
  });
});

it('says it of one that would rather have a new session than an old one, and blames it for nothing', async () => {
  class FreshStarter extends ReferenceClient {
    protected override fits() {
      return false;
    }
    #isStored = false;
    protected override resume() {
      this.#isStored = true;
      super.resume();
    }
    protected override granted(endpoint: string) {
      this.#isStored = false;
      super.granted(endpoint);
    }
    protected override closed(line: Line, code: number, status?: number) {
      if (status !== 404 || !this.#isStored) return super.closed(line, code, status);
      this.leave();
      this.create();
    }
  }
  await using client = attachDirect('client', (ports, show) => new FreshStarter(ports, show));
  const { ambiguities, rules } = await runClientContract(client, { runs: 0 });
  expect(Object.fromEntries(ambiguities.map(({ id, observed }) => [id, observed]))).toMatchObject({
    'AMB-14': 'creates a session',
    'AMB-15': 'creates a session',
  });
  expect(rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
});

it('claims nothing of a client that does nothing', async () => {
  class Stone extends ReferenceClient {
    override obey() {}
  }
  expect(new Set(Object.values(await habitsOf(Stone)))).toEqual(new Set([undefined]));
});
