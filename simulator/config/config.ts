import { z } from 'zod';
import { settingsSchema } from '../../protocol/settings.ts';
import { faultSchema } from '../faults/fault-kinds.ts';
import { limitsSchema } from '../limits.ts';

const publisherSchema = z
  .strictObject({
    id: z.string().min(1).meta({ description: 'The publisherId in its customers’ tokens.' }),
    secret: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'The secret that signs its tokens with HS256.' }),
    jwks: z
      .union([z.string().min(1), z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })])
      .optional()
      .meta({
        description:
          'Public keys (RS256, ES256, EdDSA) in place of a secret: a file beside this one, a URL, or a key set.',
      }),
    enabled: z.boolean().optional().meta({ description: 'Whether DRISC is on.', default: true }),
    takeover: z.boolean().optional().meta({ description: 'Whether takeover is on.', default: true }),
  })
  .refine(({ secret, jwks }) => (secret === undefined) !== (jwks === undefined), {
    message: 'expected either a secret or a jwks',
  });

const offerSchema = z.strictObject({
  id: z.string().min(1).meta({ description: 'The offerId.' }),
  tags: z.array(z.string().min(1)).optional().meta({ description: 'The tags that it may be asked for by.' }),
  limit: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'The sessions that a customer may have.', default: 2 }),
  publisherId: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The one publisher that has it; every one where left out.' }),
});

/** The schema of `drisc.config.*`: what a user may write, with a description of each key. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().meta({ description: 'The address of this schema, for editors.' }),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .meta({ description: 'The port; 0 takes any free one.', default: 4010 }),
    host: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'The address to listen on.', default: '127.0.0.1' }),
    lan: z
      .boolean()
      .optional()
      .meta({ description: 'Whether devices of the local network can reach it.', default: false }),
    tls: z
      .union([
        z.boolean(),
        z
          .strictObject({ cert: z.string().min(1), key: z.string().min(1) })
          .meta({ description: 'PEM files beside this one.' }),
      ])
      .optional()
      .meta({
        description: 'Whether it speaks TLS: with a certificate of its own making, or with the files given.',
        default: false,
      }),
    clock: z
      .enum(['real', 'virtual'])
      .optional()
      .meta({ description: 'Whether time stands still until it is advanced.', default: 'real' }),
    seed: z
      .int()
      .optional()
      .meta({ description: 'Decides what faults with a probability or a jitter do.', default: 1 }),
    publishers: z.array(publisherSchema).min(1).optional().meta({ description: 'Who signs tokens.' }),
    offers: z.array(offerSchema).optional().meta({ description: 'What customers may watch.' }),
    settings: settingsSchema
      .optional()
      .meta({ description: 'Behaviour on which the documents are silent (PROTOCOL.md, section 6).' }),
    limits: limitsSchema
      .optional()
      .meta({ description: 'What the simulator bears before it defends itself.' }),
    faults: z
      .array(faultSchema)
      .optional()
      .meta({ description: 'What goes wrong on purpose, from the start.' }),
    control: z
      .strictObject({
        token: z
          .string()
          .min(8)
          .optional()
          .meta({ description: 'The token of the control API; a random one where left out.' }),
        openToLoopback: z
          .boolean()
          .optional()
          .meta({ description: 'Whether programs of this machine need none.', default: false }),
      })
      .optional()
      .meta({ description: 'Who may use the control API.' }),
    showTokens: z
      .boolean()
      .optional()
      .meta({ description: 'Leaves tokens in logs and in the journal as they are.', default: false }),
  })
  .meta({ title: 'drisc configuration', description: 'The configuration of drisc serve.' });

/** What stands in a `drisc.config.*` file. */
export type DriscConfig = z.input<typeof configSchema>;

/** Gives editors the type of a configuration; changes nothing. */
export function defineConfig(config: DriscConfig): DriscConfig {
  return config;
}
