import { z } from 'zod';

/** The actions a client sends, spelled as on the wire. Source: Client Side Messages [D]. */
export const CLIENT_ACTIONS = ['REQUESTED', 'PONG', 'FINISHED'] as const;

/** The actions a server sends, spelled as on the wire. Source: Server Side Messages [D]. */
export const SERVER_ACTIONS = ['OK', 'EXPIRED', 'PING', 'TAKE_OVER', 'TERMINATE'] as const;

/** What a server says last: with it a session is over for its client. Source: Server Side Messages [D]. */
export const SESSION_ENDING_ACTIONS: ReadonlySet<string | undefined> = new Set([
  'TAKE_OVER',
  'TERMINATE',
  'EXPIRED',
] satisfies ServerAction[]);

export type ClientAction = (typeof CLIENT_ACTIONS)[number];
export type ServerAction = (typeof SERVER_ACTIONS)[number];

/** A frame from the client: JSON text with an `action`; other members are allowed and ignored. */
export const clientMessageSchema = z.looseObject({ action: z.enum(CLIENT_ACTIONS) });

/** A frame from the server. `TAKE_OVER` bears the *new* session's name in `sessionName` [D]. */
export const serverMessageSchema = z.union([
  z.looseObject({ action: z.enum(['OK', 'EXPIRED', 'PING', 'TERMINATE']) }),
  z.looseObject({ action: z.literal('TAKE_OVER'), sessionName: z.string() }),
]);

export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** What became of a received frame: a message of the protocol, or why it is none. */
export type ParsedFrame<Message> = { ok: true; message: Message } | { ok: false; problem: string };

/** Reads a frame that a client sent. Never throws: a bad frame is data. */
export function parseClientFrame(raw: string | Uint8Array): ParsedFrame<ClientMessage> {
  return parseFrame(raw, clientMessageSchema, CLIENT_ACTIONS);
}

/** Reads a frame that a server sent. Never throws: a bad frame is data. */
export function parseServerFrame(raw: string | Uint8Array): ParsedFrame<ServerMessage> {
  return parseFrame(raw, serverMessageSchema, SERVER_ACTIONS);
}

function parseFrame<Message>(
  raw: string | Uint8Array,
  schema: z.ZodType<Message>,
  actions: readonly string[],
): ParsedFrame<Message> {
  if (typeof raw !== 'string') {
    return { ok: false, problem: `a binary frame of ${raw.byteLength} bytes, where JSON text was expected` };
  }
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return { ok: false, problem: 'a text frame that is not JSON' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return { ok: false, problem: `JSON whose action is none of ${actions.join(', ')}` };
}
