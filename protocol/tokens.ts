import { createLocalJWKSet, decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';

/** The two claims that say for whom a request is made. Numbers on the wire are read as strings [C]. */
export interface CustomerClaims {
  customerId: string;
  publisherId: string;
}

/** What the server's own token in an endpoint says: which record, in which pool. */
export interface EndpointClaims extends CustomerClaims {
  sessionId: string;
  offerId: string;
}

/**
 * A publisher's keys: a shared secret (HS256) [C], or public keys (RS256, ES256, EdDSA) [A], as a set or as what finds
 * them elsewhere.
 */
export type PublisherKey = { secret: string } | { jwks: JSONWebKeySet } | { findKey: JWTVerifyGetKey };

/** Why a token was refused. Never thrown: the host answers 401 with it. */
export type TokenProblem = { ok: false; problem: string };
export type VerifiedToken<Claims> = { ok: true; claims: Claims; expiresAt: number } | TokenProblem;

export interface MintOptions {
  secret: string;
  customerId: string | number;
  publisherId: string | number;
  /** Milliseconds since the epoch. */
  now: number;
  /** Milliseconds; 15 minutes unless told [D]. */
  lifetime?: number | undefined;
}

const CUSTOMER_TOKEN_LIFETIME = 15 * 60_000;
const ASYMMETRIC = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

/** Signs a customer's token as the vendor's reference client does: HS256, claims and `exp` [C]. */
export function mintCustomerToken(options: MintOptions): Promise<string> {
  const { secret, customerId, publisherId, now, lifetime = CUSTOMER_TOKEN_LIFETIME } = options;
  return new SignJWT({ customerId, publisherId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor((now + lifetime) / 1000))
    .sign(secretKey(secret));
}

/**
 * Verifies a customer's token against the keys of the publisher that it names.
 * @param keyOf gives a publisher's key, or nothing when there is no such publisher.
 */
export async function verifyCustomerToken(
  token: string,
  keyOf: (publisherId: string) => PublisherKey | undefined,
  now: number,
): Promise<VerifiedToken<CustomerClaims>> {
  let claims: CustomerClaims | undefined;
  try {
    claims = readCustomerClaims(decodeJwt(token));
  } catch {
    return { ok: false, problem: 'The bearer token is not a JWT.' };
  }
  if (!claims) return { ok: false, problem: 'The token lacks the claim customerId or publisherId.' };
  const key = keyOf(claims.publisherId);
  if (!key)
    return { ok: false, problem: `No publisher ${JSON.stringify(claims.publisherId)} is known here.` };
  const verified = await verifySignature(token, key, now);
  return verified.ok ? { ok: true, claims, expiresAt: verified.expiresAt } : verified;
}

/** Reads for whom a token says that it is, without a look at its signature: never a reason to grant anything. */
export function peekCustomerClaims(token: string): CustomerClaims | undefined {
  try {
    return readCustomerClaims(decodeJwt(token));
  } catch {
    return undefined;
  }
}

/** Signs the server's own token, which an endpoint bears in its query. */
export function mintEndpointToken(
  claims: EndpointClaims,
  secret: string,
  now: number,
  lifetime: number,
): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(Math.floor((now + lifetime) / 1000))
    .sign(secretKey(secret));
}

/** Verifies the token of an endpoint when a client connects to it. */
export async function verifyEndpointToken(
  token: string,
  secret: string,
  now: number,
): Promise<VerifiedToken<EndpointClaims>> {
  const verified = await verifySignature(token, { secret }, now);
  if (!verified.ok) return verified;
  const payload = decodeJwt(token);
  const claims = readCustomerClaims(payload);
  const { sessionId, offerId } = payload;
  if (!claims || typeof sessionId !== 'string' || typeof offerId !== 'string') {
    return { ok: false, problem: 'The token is not one of an endpoint.' };
  }
  return { ok: true, claims: { ...claims, sessionId, offerId }, expiresAt: verified.expiresAt };
}

type Signature = { ok: true; expiresAt: number } | TokenProblem;

async function verifySignature(token: string, key: PublisherKey, now: number): Promise<Signature> {
  const options = { currentDate: new Date(now), requiredClaims: ['exp'] };
  try {
    const { payload } =
      'secret' in key
        ? await jwtVerify(token, await importedKey(key.secret), { ...options, algorithms: ['HS256'] })
        : await jwtVerify(token, findKeyIn(key), { ...options, algorithms: ASYMMETRIC });
    return { ok: true, expiresAt: (payload.exp ?? 0) * 1000 };
  } catch (error) {
    return { ok: false, problem: explainRefusal(error) };
  }
}

function findKeyIn(key: Exclude<PublisherKey, { secret: string }>): JWTVerifyGetKey {
  return 'findKey' in key ? key.findKey : createLocalJWKSet(key.jwks);
}

function explainRefusal(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired; renew it.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim "${error.claim}" does not hold.`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return "The token's algorithm is not allowed for this publisher.";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature does not fit.";
  if (error instanceof errors.JOSEError) return `The token cannot be verified (${error.code}).`;
  throw error;
}

function readCustomerClaims(payload: Record<string, unknown>): CustomerClaims | undefined {
  const customerId = readId(payload['customerId']);
  const publisherId = readId(payload['publisherId']);
  return customerId && publisherId ? { customerId, publisherId } : undefined;
}

function readId(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function secretKey(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}

/** Importing once makes each verification about a third cheaper. */
const imported = new Map<string, Promise<CryptoKey>>();

/** The keys that are kept: a process uses few secrets, unless it is a run of tests. Those used longest ago give way. */
const MOST_IMPORTED = 100;

function importedKey(secret: string): Promise<CryptoKey> {
  const key = imported.get(secret) ?? importKey(secret);
  // In the order in which they were used last.
  imported.delete(secret);
  imported.set(secret, key);
  const [oldest = secret] = imported.keys();
  if (imported.size > MOST_IMPORTED) imported.delete(oldest);
  return key;
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', secretKey(secret) as BufferSource, algorithm, false, ['verify']);
  key.catch(() => imported.delete(secret));
  return key;
}
