import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { mintCustomerToken } from '../../protocol/tokens.ts';
import { SubjectError } from './subject-error.ts';

/** Where the tokens of customers come from. */
export interface TokenSource {
  /** @throws {Error} when a program gives none, or a customer is not in the list. */
  tokenFor(customerId: string): Promise<string>;
  /** The publisher's secret, where it is known. */
  readonly secret?: string | undefined;
  /** The only customers there are; any id will do where left out. */
  readonly customerIds?: readonly string[] | undefined;
}

const LIFETIME = 15 * 60;

/** Signs tokens with the publisher's secret (HS256). */
export function signWithSecret(publisherId: string, secret: string): TokenSource {
  return {
    secret,
    tokenFor: (customerId) => mintCustomerToken({ secret, customerId, publisherId, now: Date.now() }),
  };
}

/**
 * Signs tokens with a private key in PEM: RS256, ES256 or EdDSA, as the key is.
 * @throws {TypeError} when the text is no private key, or one of another kind.
 */
export function signWithKey(publisherId: string, pem: string): TokenSource {
  const key = readKey(pem);
  const alg = algorithmOf(key);
  return {
    tokenFor: (customerId) =>
      new SignJWT({ customerId, publisherId })
        .setProtectedHeader({ alg, typ: 'JWT' })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + LIFETIME)
        .sign(key),
  };
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new TypeError('key: expected a private key in PEM (-----BEGIN PRIVATE KEY-----)', { cause });
  }
}

function algorithmOf(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'RS256';
    case 'ec':
      return 'ES256';
    case 'ed25519':
      return 'EdDSA';
    default:
      throw new TypeError(`key: expected an RSA, EC (P-256) or Ed25519 key, got ${key.asymmetricKeyType}`);
  }
}

/**
 * Asks a program for each token: it finds the customer's id in DRISC_CUSTOMER_ID and prints the token. Each customer's
 * token is asked for once.
 * @throws {SubjectError} `NoToken`, from `tokenFor`, where the program fails or prints nothing.
 */
export function askProgram(command: string): TokenSource {
  const run = promisify(execFile);
  const known = new Map<string, Promise<string>>();
  const ask = async (customerId: string): Promise<string> => {
    const env = { ...process.env, DRISC_CUSTOMER_ID: customerId };
    const { stdout } = await run('/bin/sh', ['-c', command], { env, timeout: 30_000 }).catch(
      (cause: Error & { stderr?: string }) => {
        const said = cause.stderr?.trim() || cause.message.split('\n')[0];
        throw new SubjectError('NoToken', `the token command failed for customer ${customerId}: ${said}`, {
          cause,
        });
      },
    );
    const token = stdout.trim();
    if (token === '')
      throw new SubjectError('NoToken', `the token command printed nothing for customer ${customerId}`);
    return token;
  };
  return {
    tokenFor(customerId) {
      const token = known.get(customerId) ?? ask(customerId);
      known.set(customerId, token);
      return token;
    },
  };
}

/**
 * Takes tokens from a list: one a line, the customer's id and its token with white space between.
 * @throws {TypeError} names the first line that is not so.
 */
export function readTokenList(text: string): TokenSource {
  const tokens = new Map<string, string>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [customerId, token, ...rest] = line.trim().split(/\s+/);
    if (!customerId || !token || rest.length > 0) {
      throw new TypeError(
        `tokens: line ${index + 1}: expected "CUSTOMER TOKEN", got ${JSON.stringify(line.slice(0, 40))}`,
      );
    }
    tokens.set(customerId, token);
  });
  if (tokens.size === 0)
    throw new TypeError('tokens: the list is empty; expected a line "CUSTOMER TOKEN" for each customer');
  return {
    customerIds: [...tokens.keys()],
    tokenFor: async (customerId) =>
      tokens.get(customerId) ?? Promise.reject(new Error(`no token for ${customerId}`)),
  };
}
