import { z } from 'zod';
import type { ScenarioEntry, ScenarioPlay, ScenarioSwitch } from '../scenario-switch.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { Simulator } from '../simulator.ts';
import { defineOperation } from './operation.ts';
import type { Operation } from './operation.ts';

const entrySchema = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    why: z.string(),
    tags: z.array(z.string()),
    rules: z.array(z.string()).meta({ description: 'The ids of the rules that it exercises.' }),
    obstacle: z
      .string()
      .optional()
      .meta({ description: 'Why it cannot be switched on here; left out where it can.' }),
  })
  .meta({ id: 'ScenarioEntry' });

const stepSchema = z
  .strictObject({
    number: z.int().optional().meta({ description: 'Counts the steps that were begun.' }),
    text: z.string(),
    state: z
      .enum(['to-come', 'prompt', 'awaited', 'under-way', 'pass', 'fail', 'not-observable', 'not-reached'])
      .meta({ description: '`prompt`: a person is to do this now.' }),
    came: z.string().optional().meta({ description: 'What came, in words.' }),
    took: z.number().optional().meta({ description: 'How long it took.', unit: 'ms' }),
    until: z
      .number()
      .optional()
      .meta({ description: 'When waiting for it ends, in milliseconds since the epoch.' }),
    rules: z.array(z.string()),
  })
  .meta({ id: 'ScenarioStep' });

const playSchema = z
  .strictObject({
    scenario: z.string(),
    title: z.string(),
    publisherId: z.string(),
    customerId: z.string(),
    offerId: z.string(),
    state: z.enum(['on', 'pass', 'fail', 'not-exercised', 'stopped', 'error']),
    reason: z.string().optional().meta({ description: 'Why, where it neither passed nor failed.' }),
    notes: z.array(z.string()).meta({ description: 'What whoever drives the app has to know.' }),
    steps: z.array(stepSchema),
    breach: z
      .strictObject({
        number: z.int(),
        step: z.string(),
        message: z.string(),
        expected: z.string(),
        actual: z.string(),
      })
      .optional()
      .meta({ description: 'The step at which it failed, what was expected and what came.' }),
    startedAt: z.number(),
    endedAt: z.number().optional(),
  })
  .meta({ id: 'ScenarioPlay' });

const showEntry = ({ obstacle, ...entry }: ScenarioEntry): z.input<typeof entrySchema> => ({
  ...entry,
  tags: [...entry.tags],
  rules: [...entry.rules],
  ...(obstacle === undefined ? {} : { obstacle }),
});

/** JSON leaves out what is undefined, and so does the schema. */
const showPlay = (play: ScenarioPlay): z.input<typeof playSchema> =>
  structuredClone(play) as z.input<typeof playSchema>;

function requireSwitch({ scenarios }: Simulator): ScenarioSwitch {
  if (scenarios) return scenarios;
  throw new SimulatorError('NotForSwitching', 'this simulator plays no scenarios; drisc serve does');
}

function publisherOf(simulator: Simulator, publisherId: string | undefined): string {
  return publisherId ?? simulator.directory.publishers()[0]?.id ?? '';
}

const publisherId = z
  .string()
  .optional()
  .meta({ description: 'Whose customer; the first publisher, where left out.' });

/** What the control API does with scenarios: list them, switch one on for a customer, and off again. */
export const SCENARIO_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'list-scenarios',
    group: 'scenarios',
    method: 'get',
    route: '/scenarios',
    summary: 'The scenarios that can be switched on, and how those go that are on.',
    answer: z.strictObject({ scenarios: z.array(entrySchema), plays: z.array(playSchema) }),
    run: async ({ simulator: { scenarios } }) => ({
      scenarios: (await scenarios?.list())?.map(showEntry) ?? [],
      plays: scenarios?.plays().map(showPlay) ?? [],
    }),
  }),
  defineOperation({
    id: 'show-scenario-plays',
    group: 'scenarios',
    method: 'get',
    route: '/scenarios/plays',
    summary: 'How the scenarios go that are on, and how each customer’s last one ended.',
    answer: z.strictObject({ plays: z.array(playSchema) }),
    run: ({ simulator: { scenarios } }) => ({ plays: scenarios?.plays().map(showPlay) ?? [] }),
  }),
  defineOperation({
    id: 'switch-scenario-on',
    group: 'scenarios',
    method: 'post',
    route: '/scenarios/{name}',
    summary: 'Puts a customer into a scenario; the customer’s sessions end, nobody else notices anything.',
    path: z.strictObject({ name: z.string().meta({ description: 'The name of the scenario.' }) }),
    body: z.strictObject({
      customerId: z.string().meta({ description: 'Whose app is under test.' }),
      publisherId,
      offerId: z.string().optional().meta({
        description: 'Where the scenario’s devices play; the first offer, where left out.',
      }),
    }),
    answer: playSchema,
    errors: [404, 409],
    async run({ simulator, path, body }) {
      const customer = {
        customerId: body.customerId,
        publisherId: publisherOf(simulator, body.publisherId),
      };
      const choice = body.offerId === undefined ? undefined : { offerId: body.offerId };
      return showPlay(await requireSwitch(simulator).switchOn(path.name, { customer, choice }));
    },
  }),
  defineOperation({
    id: 'switch-scenario-off',
    group: 'scenarios',
    method: 'delete',
    route: '/scenarios/plays/{customerId}',
    summary: 'Switches a customer’s scenario off, or forgets how the last one ended.',
    path: z.strictObject({ customerId: z.string().meta({ description: 'Whose scenario.' }) }),
    query: z.strictObject({ publisherId }),
    answer: playSchema,
    errors: [404, 409],
    async run({ simulator, path, query }) {
      const customer = {
        customerId: path.customerId,
        publisherId: publisherOf(simulator, query.publisherId),
      };
      const ended = await requireSwitch(simulator).switchOff(customer);
      if (ended) return showPlay(ended);
      throw new SimulatorError(
        'UnknownScenario',
        `no scenario is on for the customer ${JSON.stringify(path.customerId)}`,
      );
    },
  }),
];
