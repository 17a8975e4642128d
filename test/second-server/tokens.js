import { createHmac, timingSafeEqual } from 'node:crypto';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const mac = (text, secret) => createHmac('sha256', secret).update(text).digest();

/** Signs `claims` as a compact JWT with HS256. */
export const signToken = (claims, secret) => {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${mac(text, secret).toString('base64url')}`;
};

/**
 * Takes a compact JWT apart. The claims are not to be believed before `signedWith` has said so.
 *
 * @returns undefined when it is no JWT, is not HS256, or does not hold at `now` (milliseconds).
 */
export const readToken = (token, now = Date.now()) => {
  const parts = String(token).split('.');
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) return undefined;
  try {
    const [header, claims] = [decode(parts[0]), decode(parts[1])];
    if (header?.alg !== 'HS256' || claims === null || typeof claims !== 'object') return undefined;
    const { exp = Infinity, nbf = 0 } = claims;
    if (typeof exp !== 'number' || typeof nbf !== 'number') return undefined;
    if (now >= exp * 1000 || now < nbf * 1000) return undefined;
    const signature = Buffer.from(parts[2], 'base64url');
    const signedWith = (secret) => {
      const expected = mac(`${parts[0]}.${parts[1]}`, secret);
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    };
    return { claims, signedWith };
  } catch {
    return undefined;
  }
};
