import { z } from 'zod';

/**
 * What a replay token holds: the check that failed and, where the conversation was generated or shrunk, its steps. It
 * is independent of the generator and its version.
 */
export interface Replay {
  readonly side: 'server' | 'client';
  readonly check: string;
  /** The steps as the side's own conversation format has them. */
  readonly steps?: readonly unknown[] | undefined;
}

const PREFIX = 'drisc1.';

const replaySchema = z.strictObject({
  side: z.enum(['server', 'client']),
  check: z.string(),
  steps: z.array(z.unknown()).optional(),
});

/** Writes a replay as one word that survives a shell, a URL and a chat. */
export function formatReplayToken({ side, check, steps }: Replay): string {
  return PREFIX + Buffer.from(JSON.stringify({ side, check, steps })).toString('base64url');
}

/** Whether a text is meant to be a replay token. */
export function isReplayToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** @throws {TypeError} when the text is no replay token, or was cut short. */
export function parseReplayToken(text: string): Replay {
  if (!isReplayToken(text)) {
    throw new TypeError(
      `replay token: expected it to begin with "${PREFIX}", got ${JSON.stringify(text.slice(0, 20))}`,
    );
  }
  try {
    return replaySchema.parse(JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString()));
  } catch (cause) {
    throw new TypeError('replay token: it is damaged or was cut short; copy it whole from the report', {
      cause,
    });
  }
}
