import type { Bench } from './direct-check.ts';
import type { HttpAnswer } from './http-answer.ts';

/** The paths that take requests for sessions. */
export const PATHS = ['/sessions', '/takeover'] as const;

/** Posts a body as it stands, with a good token. */
export async function post(
  bench: Bench,
  path: string,
  body: string,
  headers: { [name: string]: string } = {},
): Promise<HttpAnswer> {
  const authorization = `Bearer ${await bench.subject.tokenFor(bench.customerId)}`;
  return bench.request(path, { headers: { authorization, ...headers }, body });
}
