import { z } from 'zod';
import { SESSION_TIMERS } from '../../protocol/model/session-table.ts';
import { defineOperation, done, doneSchema } from './operation.ts';
import type { Operation } from './operation.ts';
import { scopeSchema } from './scope.ts';

const timer = z.enum([...SESSION_TIMERS, 'pingInterval']).meta({ description: 'Which timer.' });

const timerSchema = z
  .strictObject({
    at: z.number().meta({ description: 'When it is or was due, in milliseconds since the epoch.' }),
    timer,
    publisherId: z.string(),
    customerId: z.string(),
    offerId: z.string(),
    sessionId: z.string().optional(),
  })
  .meta({ id: 'Timer' });

export const CLOCK_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'health',
    group: 'service',
    method: 'get',
    route: '/health',
    summary: 'Whether the simulator is there; asks for no token.',
    open: true,
    answer: z.strictObject({
      status: z.literal('ok'),
      clock: z.enum(['real', 'virtual']),
      now: z.number().meta({ description: 'The simulator’s time, in milliseconds since the epoch.' }),
      sessions: z.int(),
      connections: z.int(),
      faults: z.int().meta({ description: 'The faults that can strike.' }),
    }),
    run: async ({ simulator }) => ({
      status: 'ok' as const,
      clock: 'advance' in simulator.clock ? ('virtual' as const) : ('real' as const),
      now: simulator.clock.now(),
      sessions: (await simulator.sessions.list()).length,
      connections: simulator.runtime.connections().length,
      faults: simulator.faults.status().filter(({ active }) => active).length,
    }),
  }),
  defineOperation({
    id: 'show-clock',
    group: 'clock',
    method: 'get',
    route: '/clock',
    summary: 'The time, and the timers that run.',
    answer: z.strictObject({
      clock: z.enum(['real', 'virtual']),
      now: z.number(),
      timers: z.array(timerSchema),
    }),
    run: ({ simulator }) => ({
      clock: 'advance' in simulator.clock ? ('virtual' as const) : ('real' as const),
      now: simulator.clock.now(),
      timers: simulator.runtime.timers().map(({ due, task: { key, input } }) => ({
        ...key,
        at: due,
        ...(input.type === 'timer'
          ? { timer: input.timer, sessionId: input.session }
          : { timer: 'pingInterval' as const }),
      })),
    }),
  }),
  defineOperation({
    id: 'advance-clock',
    group: 'clock',
    method: 'post',
    route: '/clock/advance',
    summary: 'Moves the virtual clock on, and answers when all that came due has been carried out.',
    body: z.strictObject({ by: z.number().min(0).meta({ description: 'How far.', unit: 'ms' }) }),
    answer: z.strictObject({ now: z.number(), fired: z.array(timerSchema) }),
    errors: [409],
    async run({ simulator, body }) {
      const fired = await simulator.advance(body.by);
      return {
        now: simulator.clock.now(),
        fired: fired.map(({ sessionId, ...timer }) => ({
          ...timer,
          ...(sessionId === undefined ? {} : { sessionId }),
        })),
      };
    },
  }),
  defineOperation({
    id: 'reset',
    group: 'service',
    method: 'post',
    route: '/reset',
    summary:
      'Forgets the sessions of one customer, of one publisher, or all: closes sockets, cancels timers, dismisses ghosts.',
    body: scopeSchema,
    answer: doneSchema,
    async run({ simulator, body }) {
      await simulator.reset(body);
      return done;
    },
  }),
];
