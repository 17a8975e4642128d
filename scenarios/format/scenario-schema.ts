import { z } from 'zod';
import { SETTINGS, settingsSchema } from '../../protocol/settings.ts';
import type { Settings } from '../../protocol/settings.ts';
import { FORMAT_VERSION } from '../scenario.ts';
import { durationSchema } from './duration.ts';

/** What the app calls its session, unless a scenario says otherwise. */
export const USUAL_APP_NAME = 'App under test';

const onOff = z.enum(['on', 'off']);

/** Rule ids are `side/section/name`. */
export const ruleIdSchema = z.string().regex(/^(client|server)\/[a-z0-9-]+\/[a-z0-9-]+$/, {
  error: 'expected the id of a rule, such as client/gate/play-after-ok',
});

/** The settings of the simulator as a file writes them: times with their unit. */
export const fileSettingsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(SETTINGS).map(([name, entry]) => {
        const schema: z.ZodType = 'unit' in entry && entry.unit === 'ms' ? durationSchema : entry.schema;
        return [name, schema.optional().meta({ description: entry.description })];
      }),
    ),
  )
  .superRefine((settings, context) => {
    const { error } = settingsSchema.safeParse(settings);
    for (const issue of error?.issues ?? [])
      context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
  }) as unknown as z.ZodType<Partial<Settings>>;

const deviceState = z.enum(['off', 'playing', 'mute', 'lost']);

const deviceSchema = z.union([
  deviceState,
  z.strictObject({
    name: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'What its session is called; its key unless told.' }),
    is: deviceState.default('off').meta({ description: 'What it does when the steps begin.' }),
  }),
]);

/** Names that a device cannot have, since they mean something else in a step. */
const RESERVED = [
  'fault',
  'app',
  'user',
  'server',
  'network',
  'clock',
  'never',
  'repeat',
  'steps',
  'within',
  'rules',
  'note',
];

const deviceName = z.string().regex(/^[a-z][a-z0-9-]*$/, {
  error: 'expected a device called by small letters, digits and hyphens, such as tv',
});

export const givenSchema = z.strictObject({
  limit: z.int().min(0).default(2).meta({ description: 'Sessions allowed at the offer.' }),
  takeover: onOff.default('on').meta({ description: 'Whether the publisher allows takeover.' }),
  drisc: onOff.default('on').meta({ description: 'Whether the publisher has DRISC switched on.' }),
  settings: fileSettingsSchema
    .default({})
    .meta({ description: 'Settings of the server (PROTOCOL.md, section 6).' }),
  app: z
    .strictObject({
      name: z.string().default(USUAL_APP_NAME).meta({ description: 'The name that it gives its session.' }),
      by: z
        .enum(['offer', 'tag'])
        .default('offer')
        .meta({ description: 'How it names what it wants to play.' }),
      is: z.enum(['off', 'playing']).default('off').meta({
        description:
          '`playing`: the usual opening, from the press on play to playback, goes before the steps.',
      }),
      token: z.enum(['valid', 'expired', 'brief', 'early', 'foreign']).default('valid').meta({
        description:
          'The JWT that it is given: `brief` ends after 2 s, `early` is of a clock that is ahead, `foreign` of an unknown publisher.',
      }),
    })
    .prefault({}),
  devices: z
    .record(
      deviceName.refine((name) => !RESERVED.includes(name), {
        error: 'this name means something else in a step',
      }),
      deviceSchema,
    )
    .default({})
    .meta({ description: "Other devices of the app's customer, played by the simulator." }),
});

/** Everything of a scenario but its steps, which `read-steps.ts` reads. */
export const headSchema = z.strictObject({
  drisc: z.literal(FORMAT_VERSION).meta({ description: 'The version of the format.' }),
  title: z.string().min(1).meta({ description: 'One line.' }),
  why: z.string().min(1).meta({ description: 'Who suffers when a client gets this wrong.' }),
  rules: z.array(ruleIdSchema).default([]).meta({ description: 'Ids of the rules that it exercises.' }),
  tags: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'expected small letters, digits and hyphens' }))
    .default([]),
  given: givenSchema.prefault({}).meta({ description: 'What holds before the first step.' }),
  steps: z.array(z.unknown()).min(1),
});
