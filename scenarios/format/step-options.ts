import { z } from 'zod';
import type { OptionName } from './phrases.ts';
import { fileSettingsSchema } from './scenario-schema.ts';

/** What may stand under a key beside a step's own. */
export const OPTIONS = {
  because: z
    .enum(['finished', 'taken-over', 'missed-pong', 'abandoned', 'expired'])
    .meta({ description: 'Why the record ended.' }),
  sessions: z.array(z.string()).meta({
    description:
      "The devices that the app's list shows, and no others; a device that has none is shown by its name.",
  }),
  takeover: z
    .enum(['offered', 'not offered'])
    .meta({ description: 'Whether the app lets its user take over.' }),
  settings: fileSettingsSchema.meta({ description: 'Settings of the server (PROTOCOL.md, section 6).' }),
  times: z.int().min(1).meta({ description: 'How many; one unless told.' }),
  text: z.string().meta({ description: 'The text of the frame.' }),
  base64: z.base64().meta({ description: 'The bytes of a binary frame.' }),
  size: z.int().min(1).meta({ description: 'The number of characters of a text frame.' }),
  with: z
    .record(z.string(), z.unknown())
    .meta({ description: 'The parameters of the fault; times with their unit.' }),
} satisfies Record<OptionName, z.ZodType>;
