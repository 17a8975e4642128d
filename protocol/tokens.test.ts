import { afterEach, describe, expect, it, vi } from 'vitest';
import { mintEndpointToken, verifyEndpointToken } from './tokens.ts';

afterEach(() => void vi.restoreAllMocks());

const now = Date.UTC(2026, 0, 1);
const claims = { customerId: 'c1', publisherId: '1000', offerId: 'S1', sessionId: 's1' };

async function verify(secret: string): Promise<boolean> {
  const token = await mintEndpointToken(claims, secret, now, 60_000);
  return (await verifyEndpointToken(token, secret, now)).ok;
}

/** How often a key is made of a secret while something is done, besides for signing. */
async function countImports(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(crypto.subtle, 'importKey');
  await work();
  const count = spy.mock.calls.filter(([, , , , usages]) => [...usages].includes('verify')).length;
  spy.mockRestore();
  return count;
}

describe('the keys that tokens are verified with', () => {
  it('are made once for a secret that is in use', async () => {
    expect(await countImports(() => verify('often'))).toBe(1);
    expect(await countImports(() => verify('often'))).toBe(0);
  });

  it('are forgotten where very many others came, but not while they are in use', async () => {
    await verify('rare');
    for (let n = 0; n < 300; n += 1) {
      await verify(`secret ${n}`);
      await verify('often');
    }
    expect(await countImports(() => verify('often'))).toBe(0);
    expect(await countImports(() => verify('rare'))).toBe(1);
  });

  it('are made anew where that failed', async () => {
    const token = await mintEndpointToken(claims, 'unlucky', now, 60_000);
    vi.spyOn(crypto.subtle, 'importKey').mockImplementation(() => Promise.reject(new Error('not now')));
    await expect(verifyEndpointToken(token, 'unlucky', now)).rejects.toThrow('not now');
    vi.restoreAllMocks();
    expect(await verifyEndpointToken(token, 'unlucky', now)).toMatchObject({ ok: true });
  });
});
