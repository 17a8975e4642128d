import { parseReplayToken } from '../generate/replay-token.ts';
import { situationSchema } from './situation.ts';
import type { Situation } from './situation.ts';

/** A situation as a replay token holds it: how things stand first, then the steps. */
export function encodeSituation({ name, setup, steps }: Situation) {
  return { side: 'client' as const, check: name, steps: [setup, ...steps] };
}

/** Reads the situation out of a replay token. @throws {TypeError} where it is none of the client contract. */
export function decodeSituation(token: string): Situation {
  const { side, check, steps = [] } = parseReplayToken(token);
  if (side !== 'client') {
    throw new TypeError('replay token: it is one of the server contract; use "drisc test server --replay"');
  }
  const [setup, ...rest] = steps;
  const parsed = situationSchema.safeParse({ name: check, setup, steps: rest });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TypeError(
    `replay token: ${issue?.path.join('.')}: ${issue?.message}; it may come from another version of drisc`,
  );
}
