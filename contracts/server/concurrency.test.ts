import { describe, expect, it } from 'vitest';
import { startServer } from '../mutants/server/start-mutant.ts';
import { testServer } from './server-contract.ts';

/** Judges a server that answers some requests with a status of its own, by the rules about simultaneous requests. */
async function judge(status: number, isStruck: (path: string, body: string) => boolean) {
  await using server = await startServer({
    tamper: () => ({
      async answer(request, next) {
        const body = await request.clone().text();
        if (!isStruck(new URL(request.url).pathname, body)) return next(request);
        return Response.json({ code: 'NotNow', message: 'Come again later.' }, { status });
      },
    }),
  });
  const result = await testServer(server.subject, { seed: 1, runs: 0, rules: 'server/concurrency/*' });
  return Object.fromEntries(result.rules.map(({ id, verdict, reason }) => [id, `${verdict}: ${reason}`]));
}

describe('simultaneous requests', () => {
  it('are no case where a rate limiter answers them', async () => {
    const verdicts = await judge(
      429,
      (path, body) => path === '/takeover' || /"sessionName":"(racer|last)/.test(body),
    );
    expect(verdicts).toEqual({
      'server/concurrency/exact-grants': expect.stringMatching(/^not-observable: .*got 429/),
      'server/concurrency/one-takeover-wins': expect.stringMatching(/^not-observable: .*got 429/),
      'server/concurrency/linearizable': expect.stringMatching(/^not-observable: .*got 429/),
    });
  });

  it('say nothing about the order of what happened where one of them fails', async () => {
    const verdicts = await judge(500, (_, body) => body.includes('"sessionName":"last'));
    expect(verdicts).toMatchObject({
      'server/concurrency/exact-grants': expect.stringMatching(/^pass/),
      'server/concurrency/linearizable': expect.stringMatching(/^not-observable: .*got 500/),
    });
  });
});
