import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator/simulator.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import type { Result } from '../../reports/result.ts';
import { signWithSecret } from '../subject/token-source.ts';
import { resolveServerSubject } from './server-subject.ts';
import { testServer } from './server-contract.ts';

async function judge(options: SimulatorOptions = {}) {
  await using simulator = createSimulator({
    publishers: [
      { id: '1000', secret: 'secret' },
      { id: '2000', secret: 'other', enabled: false },
    ],
    offers: [
      { id: 'A', tags: ['live'], limit: 2 },
      { id: 'B', limit: 2 },
    ],
    ...options,
    settings: { pongTimeout: 1_500, ...options.settings },
  });
  const subject = resolveServerSubject({
    url: await simulator.listen(),
    publisherId: '1000',
    tokens: signWithSecret('1000', 'secret'),
    offers: ['A', 'B'],
    tag: 'live',
    limit: 2,
    pongTimeout: 1_500,
    disabledPublisher: { id: '2000', secret: 'other' },
    customerPrefix: 'test',
  });
  const result = await testServer(subject, { seed: 1, runs: 40 });
  return { result, left: await simulator.pools() };
}

/** Whatever did not pass, in words that a failing test shows. */
function describeBroken({ rules }: Result): string[] {
  return rules
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, reason, failures: [failure] }) =>
      [id, verdict, reason, failure?.message, failure?.actual, ...(failure?.steps ?? [])].join(' | '),
    );
}

describe('the server contract', () => {
  it('finds the simulator conforming, exercises every rule, and leaves no session behind', async () => {
    const { result, left } = await judge();
    expect(describeBroken(result)).toEqual([]);
    expect(left).toEqual([]);
    expect(result.coverage?.transitions.filter(({ count }) => count === 0)).toEqual([]);
    expect(result.coverage?.pairs?.covered).toBe(result.coverage?.pairs?.total);
  }, 60_000);

  it('fails a server that breaks off its answers, and ends', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"endpoint":', () => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const subject = resolveServerSubject({
      url: `http://127.0.0.1:${port}`,
      publisherId: '1000',
      tokens: signWithSecret('1000', 'secret'),
      offers: ['A'],
      limit: 1,
      pongTimeout: 300,
      customerPrefix: 'test',
    });
    const { rules } = await testServer(subject, { seed: 1, runs: 0 });
    server.close();
    expect(rules.filter(({ verdict }) => verdict === 'pass' || verdict === 'error')).toEqual([]);
    expect(rules.find(({ id }) => id === 'server/create/grant-below-limit')).toMatchObject({
      verdict: 'fail',
      failures: [{ message: 'An answer broke off.' }],
    });
  }, 60_000);
});
