import { z } from 'zod';
import { settingsSchema } from '../../protocol/settings.ts';
import { scriptedAnswerSchema } from './stage/answer.ts';

/** What the harness can wait for before it goes on. Waiting judges nothing; it keeps the pace. */
export const AWAITABLES = [
  'playing',
  'stopped',
  'request',
  'attempt',
  'requested',
  'ok',
  'pong',
  'finished',
  'closed',
  'limit',
  'shown',
  'reaction',
] as const;

const count = z.int().min(1);

/** One thing that the user, the server, the network or another device does. Plain data, so that it can be replayed. */
export const stepSchema = z.discriminatedUnion('do', [
  /** The user presses play; `other` names what is not the same as in the setup. */
  z.strictObject({ do: z.literal('start'), other: z.enum(['offer', 'customer']).optional() }),
  z.strictObject({ do: z.literal('stop') }),
  /** The stream comes to its end. */
  z.strictObject({ do: z.literal('end') }),
  /** The user chooses the session at this place of the list that was shown. */
  z.strictObject({ do: z.literal('take-over'), choice: z.int().min(0) }),
  z.strictObject({ do: z.literal('reload') }),
  /** How the server answers the next requests. */
  z.strictObject({ do: z.literal('answer'), with: scriptedAnswerSchema, times: count.optional() }),
  /** The next attempts to connect are refused with this status; 0 breaks the connection. */
  z.strictObject({ do: z.literal('refuse'), status: z.int(), times: count.optional() }),
  /** Frames of this action are kept back until `release`. */
  z.strictObject({ do: z.literal('hold'), action: z.string() }),
  z.strictObject({ do: z.literal('release') }),
  /** Frames of this action get lost on the way to the client. */
  z.strictObject({ do: z.literal('lose'), action: z.string(), times: count.optional() }),
  z.strictObject({ do: z.literal('ping'), times: count.optional() }),
  z.strictObject({ do: z.literal('terminate') }),
  /** The server deletes the session and says EXPIRED. */
  z.strictObject({ do: z.literal('expire') }),
  /** The server deletes the session and says nothing. */
  z.strictObject({ do: z.literal('forget') }),
  /** From here on the server deletes each session as soon as it has granted it. */
  z.strictObject({ do: z.literal('forgetful') }),
  /** The server says this; `binary` is base64. */
  z.strictObject({ do: z.literal('say'), text: z.string() }),
  z.strictObject({ do: z.literal('say-binary'), binary: z.base64() }),
  z.strictObject({ do: z.literal('close'), code: z.int().min(1000).max(4999) }),
  /** The connection breaks without a close frame. */
  z.strictObject({ do: z.literal('cut') }),
  /** From here on nothing gets through, until `up`. */
  z.strictObject({ do: z.literal('down') }),
  z.strictObject({ do: z.literal('up') }),
  z.strictObject({
    do: z.literal('device'),
    name: z.string(),
    does: z.enum(['create', 'take-over', 'finish']),
  }),
  /** The harness looks on for so many milliseconds. */
  z.strictObject({ do: z.literal('watch'), for: z.int().min(1) }),
  /** The harness waits for something, at most so many milliseconds. */
  z.strictObject({ do: z.literal('await'), what: z.enum(AWAITABLES), for: z.int().min(1) }),
]);

/** How things stand before the user presses play. */
export const setupSchema = z.strictObject({
  /** Sessions allowed; 2 unless told. */
  limit: z.int().min(0).optional(),
  /** Whether the publisher has takeover switched on; it has, unless told. */
  takeover: z.boolean().optional(),
  /** Whether DRISC is on; it is, unless told. */
  enabled: z.boolean().optional(),
  /** Whether the client is to ask by offer or by tag; by offer unless told. */
  by: z.enum(['offer', 'tag']).optional(),
  sessionName: z.string().optional(),
  /** The names of devices that hold a session already. */
  devices: z.array(z.string()).optional(),
  settings: settingsSchema.optional(),
});

export type Step = z.infer<typeof stepSchema>;
export type Setup = z.infer<typeof setupSchema>;
export type Awaitable = (typeof AWAITABLES)[number];

/** What a client is put through: how things stand, and what happens. */
export interface Situation {
  /** Kebab-case; names the case in reports. */
  readonly name: string;
  readonly setup: Setup;
  readonly steps: readonly Step[];
}

export const situationSchema = z.strictObject({
  name: z.string(),
  setup: setupSchema,
  steps: z.array(stepSchema),
});
