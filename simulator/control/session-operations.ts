import { z } from 'zod';
import { decodeBase64 } from '../../protocol/base64.ts';
import { closeCodeSchema, closeReasonSchema } from '../../protocol/close-frame.ts';
import { SESSION_STATES } from '../../protocol/model/session-table.ts';
import type { OpenConnection } from '../line.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { Simulator } from '../simulator.ts';
import { bringGhost } from './bring-ghost.ts';
import { defineOperation, done, doneSchema } from './operation.ts';
import type { Operation } from './operation.ts';
import { scopeSchema } from './scope.ts';

const sessionSchema = z
  .strictObject({
    publisherId: z.string(),
    customerId: z.string(),
    offerId: z.string(),
    id: z.string(),
    name: z.string(),
    state: z
      .enum(SESSION_STATES)
      .meta({ description: 'Whether it is connected, and whether a PING is unanswered.' }),
    connection: z.string().optional().meta({ description: 'The connection that is associated with it.' }),
  })
  .meta({ id: 'Session' });

const connectionSchema = z
  .strictObject({
    id: z.string(),
    publisherId: z.string(),
    customerId: z.string(),
    offerId: z.string(),
    sessionId: z.string(),
    device: z.string().optional().meta({ description: 'The ghost device whose it is.' }),
  })
  .meta({ id: 'Connection' });

const sessionPath = z.strictObject({ sessionId: z.string().meta({ description: 'The id of the session.' }) });
const connectionPath = z.strictObject({
  connectionId: z.string().meta({ description: 'The id of the connection.' }),
});

/** PING, TERMINATE, EXPIRE: they have the same shape. */
function act(verb: 'ping' | 'terminate' | 'expire', summary: string): Operation {
  return defineOperation({
    id: `${verb}-session`,
    group: 'sessions',
    method: 'post',
    route: `/sessions/{sessionId}/${verb}`,
    summary,
    path: sessionPath,
    answer: doneSchema,
    errors: [404],
    async run({ simulator, path }) {
      await simulator.sessions[verb](path.sessionId);
      return done;
    },
  });
}

function requireConnection(simulator: Simulator, id: string): void {
  if (simulator.runtime.connections().some(({ connection }) => connection.id === id)) return;
  throw new SimulatorError('UnknownConnection', `there is no open connection ${JSON.stringify(id)}`);
}

function showConnection({ connection, claims, device }: OpenConnection): z.input<typeof connectionSchema> {
  const { publisherId, customerId, offerId, sessionId } = claims;
  return {
    id: connection.id,
    publisherId,
    customerId,
    offerId,
    sessionId,
    ...(device === undefined ? {} : { device }),
  };
}

export const SESSION_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'list-sessions',
    group: 'sessions',
    method: 'get',
    route: '/sessions',
    summary: 'The session records, oldest first in each pool.',
    query: scopeSchema,
    answer: z.strictObject({ sessions: z.array(sessionSchema) }),
    run: async ({ simulator, query }) => ({ sessions: await simulator.sessions.list(query) }),
  }),
  defineOperation({
    id: 'list-pools',
    group: 'sessions',
    method: 'get',
    route: '/pools',
    summary: 'The pools that have sessions, with their limits.',
    query: scopeSchema,
    answer: z.strictObject({
      pools: z.array(
        z.strictObject({
          publisherId: z.string(),
          customerId: z.string(),
          offerId: z.string(),
          limit: z.int(),
          sessions: z.array(sessionSchema),
        }),
      ),
    }),
    async run({ simulator, query }) {
      const pools = await simulator.pools(query);
      return {
        pools: pools.map(({ key, pool }) => ({
          ...key,
          limit: simulator.terms.policyFor(key).limit,
          sessions: pool.sessions.map((record) => ({ ...key, ...record })),
        })),
      };
    },
  }),
  defineOperation({
    id: 'get-session',
    group: 'sessions',
    method: 'get',
    route: '/sessions/{sessionId}',
    summary: 'One session record.',
    path: sessionPath,
    answer: sessionSchema,
    errors: [404],
    run: ({ simulator, path }) => simulator.sessions.get(path.sessionId),
  }),
  act('ping', 'Sends PING to a session and starts its challenge.'),
  act('terminate', 'Sends TERMINATE to a session’s connection and closes it; the record stays, lost.'),
  act('expire', 'Forgets a session, says EXPIRED and closes.'),
  defineOperation({
    id: 'take-over-session',
    group: 'sessions',
    method: 'post',
    route: '/sessions/{sessionId}/take-over',
    summary: 'Takes a session over, as another device of its customer.',
    path: sessionPath,
    body: z.strictObject({
      sessionName: z.string().default('Another device').meta({ description: 'What TAKE_OVER bears.' }),
    }),
    answer: z.strictObject({ sessionId: z.string().meta({ description: 'The session of the new device.' }) }),
    errors: [404, 409],
    async run({ simulator, path, body }) {
      const { publisherId, customerId, offerId } = await simulator.sessions.get(path.sessionId);
      const customer = { publisherId, customerId };
      const options = { name: body.sessionName, customer, choice: { offerId } };
      const { sessionId = '' } = await bringGhost(simulator, options, path.sessionId);
      return { sessionId };
    },
  }),
  defineOperation({
    id: 'list-connections',
    group: 'connections',
    method: 'get',
    route: '/connections',
    summary: 'The WebSocket connections that are open, those of ghosts too.',
    query: z.strictObject({ ...scopeSchema.shape, sessionId: z.string().optional() }),
    answer: z.strictObject({ connections: z.array(connectionSchema) }),
    run: ({ simulator, query }) => ({
      connections: simulator.runtime.connections(query).map(showConnection),
    }),
  }),
  defineOperation({
    id: 'close-connection',
    group: 'connections',
    method: 'post',
    route: '/connections/{connectionId}/close',
    summary: 'Closes a connection with any code; its session is lost, not ended.',
    path: connectionPath,
    body: z.strictObject({
      code: closeCodeSchema.default(1000).meta({ description: 'The close code.' }),
      reason: closeReasonSchema.default('').meta({ description: 'The reason in the close frame.' }),
    }),
    answer: doneSchema,
    errors: [404],
    async run({ simulator, path, body }) {
      requireConnection(simulator, path.connectionId);
      await simulator.runtime.drop(path.connectionId, body.code, body.reason, 'control');
      return done;
    },
  }),
  defineOperation({
    id: 'cut-connection',
    group: 'connections',
    method: 'post',
    route: '/connections/{connectionId}/cut',
    summary: 'Breaks a connection off without a close frame.',
    path: connectionPath,
    answer: doneSchema,
    errors: [404],
    async run({ simulator, path }) {
      requireConnection(simulator, path.connectionId);
      await simulator.runtime.drop(path.connectionId, undefined, '', 'control');
      return done;
    },
  }),
  defineOperation({
    id: 'send-frame',
    group: 'connections',
    method: 'post',
    route: '/connections/{connectionId}/send',
    summary: 'Sends any frame over a connection.',
    path: connectionPath,
    body: z.strictObject({
      text: z.string().default('').meta({ description: 'The text frame.' }),
      base64: z.base64().optional().meta({ description: 'The bytes of a binary frame, in place of a text.' }),
    }),
    answer: doneSchema,
    errors: [404],
    run({ simulator, path, body }) {
      requireConnection(simulator, path.connectionId);
      const data = body.base64 === undefined ? body.text : decodeBase64(body.base64);
      simulator.runtime.send(path.connectionId, data, 'control');
      return done;
    },
  }),
];
