import { z } from 'zod';
import { settingsSchema } from '../../protocol/settings.ts';
import { TOKEN_FLAWS } from '../../protocol/token-flaws.ts';
import type { Offer, Publisher } from '../directory.ts';
import { LIMITS } from '../limits.ts';
import { SimulatorError } from '../simulator-error.ts';
import { defineOperation } from './operation.ts';
import type { Operation } from './operation.ts';

const publisherSchema = z
  .strictObject({
    id: z.string(),
    enabled: z.boolean().meta({ description: 'Whether DRISC is on.' }),
    takeover: z.boolean().meta({ description: 'Whether takeover is on.' }),
    keys: z
      .enum(['secret', 'jwks'])
      .meta({ description: 'How its tokens are verified; the secret itself is not shown.' }),
  })
  .meta({ id: 'Publisher' });

const offerSchema = z
  .strictObject({
    id: z.string(),
    tags: z.array(z.string()),
    limit: z.int(),
    publisherId: z
      .string()
      .optional()
      .meta({ description: 'The one publisher that has it; every one where left out.' }),
  })
  .meta({ id: 'Offer' });

function showPublisher({ id, enabled, takeover, key }: Publisher): z.input<typeof publisherSchema> {
  return { id, enabled, takeover, keys: 'secret' in key ? 'secret' : 'jwks' };
}

function showOffer({ id, tags, limit, publisherId }: Offer): z.input<typeof offerSchema> {
  return { id, tags: [...tags], limit, ...(publisherId === undefined ? {} : { publisherId }) };
}

export const DIRECTORY_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'show-configuration',
    group: 'configuration',
    method: 'get',
    route: '/configuration',
    summary: 'The publishers, offers, settings and limits in force.',
    answer: z.strictObject({
      publishers: z.array(publisherSchema),
      offers: z.array(offerSchema),
      settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      limits: z.record(z.enum(Object.keys(LIMITS) as [string, ...string[]]), z.int()),
    }),
    run: ({ simulator }) => ({
      publishers: simulator.directory.publishers().map(showPublisher),
      offers: simulator.directory.offers().map(showOffer),
      settings: { ...simulator.settings },
      limits: { ...simulator.limits },
    }),
  }),
  defineOperation({
    id: 'change-publisher',
    group: 'configuration',
    method: 'patch',
    route: '/publishers/{publisherId}',
    summary: 'Switches DRISC or takeover off and on; sessions that exist go on.',
    path: z.strictObject({ publisherId: z.string().meta({ description: 'The id of the publisher.' }) }),
    body: z.strictObject({
      enabled: z.boolean().optional().meta({ description: 'Whether DRISC is on.' }),
      takeover: z.boolean().optional().meta({ description: 'Whether takeover is on.' }),
    }),
    answer: publisherSchema,
    errors: [404],
    run({ simulator, path, body }) {
      const publisher = simulator.directory.publisher(path.publisherId);
      if (!publisher)
        throw new SimulatorError(
          'UnknownPublisher',
          `there is no publisher ${JSON.stringify(path.publisherId)}`,
        );
      const { enabled = publisher.enabled, takeover = publisher.takeover } = body;
      const changed = { ...publisher, enabled, takeover };
      simulator.directory.setPublisher(changed);
      return showPublisher(changed);
    },
  }),
  defineOperation({
    id: 'change-offer',
    group: 'configuration',
    method: 'patch',
    route: '/offers/{offerId}',
    summary: 'Changes the limit of an offer; sessions that exist go on.',
    path: z.strictObject({ offerId: z.string().meta({ description: 'The id of the offer.' }) }),
    body: z.strictObject({
      limit: z.int().min(0).meta({ description: 'The sessions that a customer may have.' }),
      publisherId: z
        .string()
        .optional()
        .meta({ description: 'Whose offer, where two publishers have one of this id.' }),
    }),
    answer: offerSchema,
    errors: [404],
    run({ simulator, path, body }) {
      const offer = simulator.directory
        .offers()
        .find(
          ({ id, publisherId }) => id === path.offerId && (body.publisherId ?? publisherId) === publisherId,
        );
      if (!offer)
        throw new SimulatorError('UnknownOffer', `there is no offer ${JSON.stringify(path.offerId)}`);
      const changed = { ...offer, limit: body.limit };
      simulator.directory.setOffer(changed);
      return showOffer(changed);
    },
  }),
  defineOperation({
    id: 'change-settings',
    group: 'configuration',
    method: 'patch',
    route: '/settings',
    summary: 'Changes settings, for every step from now on.',
    body: settingsSchema,
    answer: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    run({ simulator, body }) {
      simulator.configure(body);
      return { ...simulator.settings };
    },
  }),
  defineOperation({
    id: 'mint-token',
    group: 'configuration',
    method: 'post',
    route: '/tokens',
    summary: 'Signs a token of a customer, a good one or one with a flaw.',
    body: z.strictObject({
      customerId: z.string().meta({ description: 'The customer.' }),
      publisherId: z.string().optional().meta({ description: 'The first publisher, where left out.' }),
      lifetime: z.int().min(1).optional().meta({ description: '15 minutes, where left out.', unit: 'ms' }),
      flaw: z.enum(TOKEN_FLAWS).optional().meta({ description: 'What is wrong with it.' }),
    }),
    answer: z.strictObject({ token: z.string() }),
    run: async ({ simulator, body }) => ({ token: await simulator.token(body) }),
  }),
];
