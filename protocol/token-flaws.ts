import { SignJWT, UnsecuredJWT } from 'jose';
import { mintCustomerToken } from './tokens.ts';
import type { MintOptions } from './tokens.ts';

/** What can be wrong with a customer's token on purpose, so that a client's error paths can be tried. */
export const TOKEN_FLAWS = [
  'expired',
  'not-yet-valid',
  'wrong-signature',
  'unsigned',
  'no-customer',
  'no-publisher',
  'malformed',
] as const;

export type TokenFlaw = (typeof TOKEN_FLAWS)[number];

const HOUR = 3_600_000;

/** Signs a token that a server must refuse with 401 (PROTOCOL.md 2.8), for the reason given. */
export async function mintFlawedToken(options: MintOptions, flaw: TokenFlaw): Promise<string> {
  const { secret, customerId, publisherId, now, lifetime = HOUR } = options;
  switch (flaw) {
    case 'expired':
      return mintCustomerToken({ ...options, now: now - HOUR, lifetime: HOUR / 2 });
    case 'not-yet-valid':
      return sign(
        { customerId, publisherId, nbf: seconds(now + HOUR), exp: seconds(now + HOUR + lifetime) },
        secret,
      );
    case 'wrong-signature':
      return mintCustomerToken({ ...options, secret: `not ${secret}` });
    case 'unsigned':
      return new UnsecuredJWT({ customerId, publisherId, exp: seconds(now + lifetime) }).encode();
    case 'no-customer':
      return sign({ publisherId, exp: seconds(now + lifetime) }, secret);
    case 'no-publisher':
      return sign({ customerId, exp: seconds(now + lifetime) }, secret);
    case 'malformed':
      return (await mintCustomerToken(options)).replaceAll('.', '');
  }
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function sign(payload: Record<string, unknown>, secret: string): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret));
}
