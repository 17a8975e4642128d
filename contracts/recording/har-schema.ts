import { z } from 'zod';

const headerSchema = z.looseObject({ name: z.string(), value: z.string() });

/**
 * Milliseconds since the epoch: Chrome writes the time of a message in seconds, Playwright in milliseconds, and only
 * their magnitude tells which. Anything else is nobody's time.
 */
const timeSchema = z.number().transform((time, context) => {
  if (time > 1e8 && time < 1e11) return time * 1000;
  if (time >= 1e11 && time < 1e14) return time;
  context.addIssue(`expected seconds or milliseconds since 1970, got ${time}`);
  return z.NEVER;
});

const messageSchema = z.looseObject({
  type: z.enum(['send', 'receive']),
  time: timeSchema,
  opcode: z.number().default(1),
  data: z.string(),
  /** Of our own archives: the fault that touched it, and whether that swallowed it. */
  _injected: z.string().optional(),
  _lost: z.boolean().optional(),
});

/** As much of an entry of a HAR as a DRISC conversation takes. */
export const harEntrySchema = z.looseObject({
  startedDateTime: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), 'expected a time such as 2026-11-22T12:00:00.000Z'),
  time: z.number().nullish(),
  request: z.looseObject({
    method: z.string(),
    url: z.string().refine((text) => URL.canParse(text), 'expected an absolute URL'),
    headers: z.array(headerSchema).optional(),
    postData: z.looseObject({ text: z.string().optional() }).nullish(),
  }),
  response: z.looseObject({
    status: z.number(),
    content: z
      .looseObject({
        size: z.number().optional(),
        text: z.string().optional(),
        encoding: z.string().optional(),
      })
      .optional(),
  }),
  _webSocketMessages: z.array(messageSchema).optional(),
});

export type HarEntry = z.infer<typeof harEntrySchema>;

export const harSchema = z.looseObject({
  log: z.looseObject(
    {
      creator: z.looseObject({ name: z.string() }).optional().catch(undefined),
      entries: z.array(harEntrySchema),
    },
    'expected the log of a HAR',
  ),
});
