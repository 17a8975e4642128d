import { z } from 'zod';
import { CLIENT_ACTIONS } from '../../protocol/messages.ts';
import { GHOST_BEHAVIOURS } from '../ghost-device.ts';
import type { GhostDevice } from '../ghost-device.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { Simulator } from '../simulator.ts';
import { bringGhost } from './bring-ghost.ts';
import { defineOperation } from './operation.ts';
import type { Operation } from './operation.ts';

const ghostSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    behaviour: z.enum(GHOST_BEHAVIOURS),
    connected: z.boolean(),
    sessionId: z.string().optional().meta({ description: 'The session that it holds, or held last.' }),
    received: z.array(z.string()).meta({ description: 'The actions that it was told, oldest first.' }),
  })
  .meta({ id: 'Ghost' });

const behaviour = z.enum(GHOST_BEHAVIOURS).meta({
  description: 'How it answers PING: obediently, not at all, or not any more, for its socket has died.',
});

const ghostPath = z.strictObject({ ghostId: z.string().meta({ description: 'The id of the ghost.' }) });

function find(simulator: Simulator, ghostId: string): GhostDevice {
  const ghost = simulator.ghosts().find(({ id }) => id === ghostId);
  if (ghost) return ghost;
  throw new SimulatorError('UnknownGhost', `there is no ghost ${JSON.stringify(ghostId)}`);
}

function show({
  id,
  name,
  behaviour,
  connected,
  sessionId,
  received,
}: GhostDevice): z.input<typeof ghostSchema> {
  const held = sessionId === undefined ? {} : { sessionId };
  return { id, name, behaviour, connected, ...held, received: received.map(({ action }) => action) };
}

/** What a ghost can be told to do; each answers with what has become of the ghost. */
function tell(
  id: string,
  route: string,
  summary: string,
  run: (ghost: GhostDevice) => Promise<void>,
): Operation {
  return defineOperation({
    id,
    group: 'ghosts',
    method: 'post',
    route: `/ghosts/{ghostId}/${route}`,
    summary,
    path: ghostPath,
    answer: ghostSchema,
    errors: [404],
    async run({ simulator, path }) {
      const ghost = find(simulator, path.ghostId);
      await run(ghost);
      return show(ghost);
    },
  });
}

export const GHOST_OPERATIONS: readonly Operation[] = [
  defineOperation({
    id: 'list-ghosts',
    group: 'ghosts',
    method: 'get',
    route: '/ghosts',
    summary: 'The ghost devices: other devices of customers, played by the simulator.',
    answer: z.strictObject({ ghosts: z.array(ghostSchema) }),
    run: ({ simulator }) => ({ ghosts: simulator.ghosts().map(show) }),
  }),
  defineOperation({
    id: 'add-ghost',
    group: 'ghosts',
    method: 'post',
    route: '/ghosts',
    summary: 'Makes a ghost device, which creates a session or takes one over, and connects.',
    body: z.strictObject({
      customerId: z.string().meta({ description: 'Whose device it is.' }),
      publisherId: z.string().optional().meta({ description: 'The first publisher, where left out.' }),
      offerId: z.string().optional().meta({ description: 'The offer; or give a tag.' }),
      tag: z.string().optional().meta({ description: 'The tag; or give an offer.' }),
      name: z
        .string()
        .default('Ghost')
        .meta({ description: 'The name of its session, which other devices see.' }),
      behaviour: behaviour.default('obedient'),
      takeOver: z.string().optional().meta({ description: 'The session that it takes over.' }),
    }),
    answer: ghostSchema,
    errors: [404, 409],
    async run({ simulator, body }) {
      const { customerId, name, behaviour, takeOver, offerId, tag } = body;
      const publisherId = body.publisherId ?? simulator.directory.publishers()[0]?.id ?? '';
      if ((offerId === undefined) === (tag === undefined)) {
        throw new TypeError('a ghost needs an offerId or a tag, and not both');
      }
      const choice = tag === undefined ? { offerId: offerId ?? '' } : { tag };
      const options = { name, behaviour, customer: { customerId, publisherId }, choice };
      return show(await bringGhost(simulator, options, takeOver));
    },
  }),
  defineOperation({
    id: 'change-ghost',
    group: 'ghosts',
    method: 'patch',
    route: '/ghosts/{ghostId}',
    summary: 'Changes how a ghost answers PING.',
    path: ghostPath,
    body: z.strictObject({ behaviour }),
    answer: ghostSchema,
    errors: [404],
    async run({ simulator, path, body }) {
      const ghost = find(simulator, path.ghostId);
      ghost.behaviour = body.behaviour;
      if (body.behaviour === 'zombie') await ghost.cut();
      return show(ghost);
    },
  }),
  defineOperation({
    id: 'send-as-ghost',
    group: 'ghosts',
    method: 'post',
    route: '/ghosts/{ghostId}/send',
    summary: 'Has a ghost send a message.',
    path: ghostPath,
    body: z.strictObject({ action: z.enum(CLIENT_ACTIONS).meta({ description: 'The message.' }) }),
    answer: ghostSchema,
    errors: [404],
    async run({ simulator, path, body }) {
      const ghost = find(simulator, path.ghostId);
      await ghost.send(body.action);
      return show(ghost);
    },
  }),
  tell('reconnect-ghost', 'reconnect', 'Has a ghost connect once more and send REQUESTED.', (ghost) =>
    ghost.reconnect(),
  ),
  tell('cut-ghost', 'cut', 'Has a ghost lose its connection.', (ghost) => ghost.cut()),
  defineOperation({
    id: 'remove-ghost',
    group: 'ghosts',
    method: 'delete',
    route: '/ghosts/{ghostId}',
    summary: 'Has a ghost send FINISHED, where it is connected, and forgets it.',
    path: ghostPath,
    answer: ghostSchema,
    errors: [404],
    async run({ simulator, path }) {
      const ghost = find(simulator, path.ghostId);
      await ghost.leave();
      return show(ghost);
    },
  }),
];
