import { z } from 'zod';
import { activeSessionSchema } from './http-bodies.ts';

/** What the harness writes to a client under test, one JSON object a line (docs/driver-protocol.md, version 1). */
export const driverCommandSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('start'),
    baseUrl: z.url(),
    token: z.string(),
    offerId: z.string().optional(),
    tag: z.string().optional(),
    sessionName: z.string().optional(),
  }),
  z.strictObject({ do: z.literal('stop') }),
  z.strictObject({ do: z.literal('end') }),
  z.strictObject({ do: z.literal('takeover'), sessionId: z.string() }),
  z.strictObject({ do: z.literal('reset') }),
  z.strictObject({ do: z.literal('reload') }),
  z.strictObject({ do: z.literal('exit') }),
]);

/** What a client under test writes back; members beyond these are allowed. */
export const driverEventSchema = z.discriminatedUnion('event', [
  z.looseObject({ event: z.literal('ready') }),
  z.looseObject({ event: z.literal('playback'), playing: z.boolean() }),
  z.looseObject({
    event: z.literal('limit'),
    takeover: z.boolean(),
    sessions: z.array(activeSessionSchema),
  }),
  z.looseObject({ event: z.literal('ended') }),
  z.looseObject({ event: z.literal('taken-over'), by: z.string().optional() }),
  z.looseObject({ event: z.literal('error'), message: z.string() }),
]);

export type DriverCommand = z.infer<typeof driverCommandSchema>;
export type DriverEvent = z.infer<typeof driverEventSchema>;
export type StartCommand = Extract<DriverCommand, { do: 'start' }>;
