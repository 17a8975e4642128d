import { z } from 'zod';
import type { Failure } from '../../reports/result.ts';
import { heardIn } from './drift.ts';
import type { Heard } from './drift.ts';
import { parseReplayToken } from './replay-token.ts';
import type { Replay } from './replay-token.ts';

/** A failure that can be played again, as `drisc test` writes it beside its reports. */
export const replayFileSchema = z.strictObject({
  /** What kind of file it is; the number is that of the format. */
  driscReplay: z.literal(1),
  rule: z.string(),
  /** What the server under test was called. */
  subject: z.string(),
  message: z.string(),
  /** The conversation in words; the token is what is carried out. */
  steps: z.array(z.string()),
  token: z.string(),
  /** What the devices heard when the rule broke. */
  heard: z.array(
    z.strictObject({ device: z.string(), label: z.string(), step: z.int().positive().optional() }),
  ),
});

/** A failure that can be played again, with what was heard then. */
export interface RecordedReplay extends Replay {
  readonly heard?: readonly Heard[] | undefined;
}

/** Writes a failure as a file that `--replay` reads; nothing where it has no replay token. */
export function formatReplayFile(rule: string, subject: string, failure: Failure): string | undefined {
  const { message, steps, replay, transcript } = failure;
  if (!replay) return undefined;
  const { token } = replay;
  const file: z.infer<typeof replayFileSchema> = {
    driscReplay: 1,
    rule,
    subject,
    message,
    steps,
    token,
    heard: heardIn(transcript),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws {TypeError} when the text is no replay file, naming the member that is wrong. */
export function parseReplayFile(text: string): RecordedReplay {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TypeError('replay file: expected JSON as drisc writes it beside its reports', { cause });
  }
  const parsed = replayFileSchema.safeParse(json);
  if (!parsed.success) throw new TypeError(`replay file: ${z.prettifyError(parsed.error)}`);
  const { token, heard } = parsed.data;
  return { ...parseReplayToken(token), heard };
}
