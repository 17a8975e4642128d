import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { mintFlawedToken, TOKEN_FLAWS } from './token-flaws.ts';
import { mintCustomerToken, verifyCustomerToken } from './tokens.ts';
import type { PublisherKey } from './tokens.ts';

const now = Date.UTC(2026, 0, 1);
const good = { secret: 'a secret', customerId: 123, publisherId: '9', now };
const verify = (token: string, key: PublisherKey = { secret: good.secret }) =>
  verifyCustomerToken(token, (id) => (id === '9' ? key : undefined), now);

const PROBLEMS = {
  expired: /expired/,
  'not-yet-valid': /"nbf"/,
  'wrong-signature': /signature/,
  unsigned: /algorithm|verified/,
  'no-customer': /lacks/,
  'no-publisher': /lacks/,
  malformed: /not a JWT/,
};

describe("a customer's token", () => {
  it('is accepted with ids as numbers and as strings', async () => {
    expect(await verify(await mintCustomerToken(good))).toMatchObject({
      ok: true,
      claims: { customerId: '123', publisherId: '9' },
    });
  });

  it.each(TOKEN_FLAWS)('is refused for its own reason when it is made with the flaw %s', async (flaw) => {
    const verified = await verify(await mintFlawedToken(good, flaw));
    expect(verified).toMatchObject({ ok: false, problem: expect.stringMatching(PROBLEMS[flaw]) });
  });

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'is accepted by a key set with %s, and not by another key',
    async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const stranger = await generateKeyPair(alg, { extractable: true });
      const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg, kid: 'k' }] };
      const sign = (key: CryptoKey) =>
        new SignJWT({ customerId: '1', publisherId: '9' })
          .setProtectedHeader({ alg, kid: 'k' })
          .setExpirationTime(now / 1000 + 60)
          .sign(key);
      expect((await verify(await sign(privateKey), { jwks })).ok).toBe(true);
      expect((await verify(await sign(privateKey), { findKey: createLocalJWKSet(jwks) })).ok).toBe(true);
      expect((await verify(await sign(stranger.privateKey), { jwks })).ok).toBe(false);
      // A publisher with public keys must not take them for a shared secret.
      const confused = await mintCustomerToken({ ...good, secret: JSON.stringify(jwks.keys[0]) });
      expect((await verify(confused, { jwks })).ok).toBe(false);
    },
  );
});
