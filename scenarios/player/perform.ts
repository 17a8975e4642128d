import type { DriverCommand } from '../../protocol/driver-protocol.ts';
import type { AdmissionResult } from '../../simulator/admissions.ts';
import type { PhraseOf } from '../format/phrases.ts';
import type { Saying } from '../scenario.ts';
import { performFault } from './perform-fault.ts';
import { performNetwork } from './perform-network.ts';
import { performServer } from './perform-server.ts';
import { DONE, impossible } from './performed.ts';
import type { Performed, Scene } from './performed.ts';

/** Carries out what a step does. Steps of the clock are the player's own business. */
export async function perform(saying: Saying, scene: Scene): Promise<Performed> {
  switch (saying.kind) {
    case 'user':
      return performUser(saying, scene);
    case 'device':
      return performDevice(saying, scene);
    case 'server':
      return performServer(saying, scene);
    case 'network':
      return performNetwork(saying, scene);
    case 'fault':
      return performFault(saying, scene);
    case 'app':
    case 'clock':
      throw new Error(`"${saying.actor}: ${saying.template}" is nothing that can be done`);
  }
}

async function performUser(
  { template, slots }: Saying,
  { stage, world, subject }: Scene,
): Promise<Performed> {
  const { order } = stage;
  if (!subject || !order) return { kind: 'undriven' };
  const tell = async (command: DriverCommand): Promise<Performed> =>
    (await subject.send(command)) ? DONE : { kind: 'no-way' };
  switch (template as PhraseOf<'user'>) {
    case 'presses play': {
      const { choice, ...facts } = order;
      world.granted = false;
      return tell({ do: 'start', ...facts, ...choice });
    }
    case 'presses stop':
      return tell({ do: 'stop' });
    case 'reloads the page':
      return tell({ do: 'reload' });
    case 'takes over {actor}': {
      const victim = slots['actor'] ?? '';
      const sessionId = world.sessionOf(victim);
      if (sessionId === undefined) return impossible(`${victim} has a session`, 'it never had one');
      return tell({ do: 'takeover', sessionId });
    }
  }
}

type DoneByDevice = Exclude<
  PhraseOf<'device'>,
  'receives {reply}' | 'is refused at the limit' | 'loses its slot' | 'keeps its slot'
>;

async function performDevice(
  { actor, template, slots }: Saying,
  { stage, world }: Scene,
): Promise<Performed> {
  const ghost = stage.ghosts.get(actor);
  if (!ghost) throw new Error(`no device ${actor}`);
  const other = slots['actor'] ?? '';
  const settle = (result: AdmissionResult): AdmissionResult => {
    world.answers.set(actor, result.kind);
    if (result.kind === 'granted') world.adopt(actor, result.session);
    return result;
  };
  switch (template as DoneByDevice) {
    case 'creates a session':
      return demandGrant(actor, settle(await ghost.create()));
    case 'tries to create a session':
      settle(await ghost.create());
      return DONE;
    case 'takes over {actor}':
      return demandGrant(actor, settle(await ghost.takeOver(world.sessionOf(other) ?? '')));
    case 'tries to take over {actor}':
      settle(await ghost.takeOver(world.sessionOf(other) ?? ''));
      return DONE;
    case 'connects to {actor}':
      return connectTo(other, ghost.name, { stage, world });
    case 'reconnects':
      if (ghost.sessionId === undefined) return impossible(`${actor} has a session`, 'it never had one');
      await ghost.reconnect();
      return DONE;
    case 'finishes':
      await ghost.send('FINISHED');
      return DONE;
    case 'sends {message}':
      await ghost.send(slots['message'] as 'REQUESTED' | 'PONG' | 'FINISHED');
      return DONE;
    case 'loses its connection':
      await ghost.cut();
      return DONE;
    case 'stops answering PING':
      ghost.behaviour = 'mute';
      return DONE;
    case 'answers PING again':
      ghost.behaviour = 'obedient';
      return DONE;
  }
}

function demandGrant(actor: string, result: AdmissionResult): Performed {
  return result.kind === 'granted'
    ? DONE
    : impossible(`${actor} is granted a session`, `it was answered ${result.kind}`);
}

/** A second connection for somebody else's session: another page of the same client. */
async function connectTo(
  other: string,
  device: string,
  { stage, world }: Pick<Scene, 'stage' | 'world'>,
): Promise<Performed> {
  const sessionId = world.sessionOf(other);
  if (sessionId === undefined) return impossible(`${other} has a session`, 'it never had one');
  const { simulator, customer, offerId } = stage;
  const id = `${device} of ${customer.customerId} ${simulator.journal.last}`;
  stage.visits.add(id);
  const { runtime } = simulator;
  const send = (data: string | Uint8Array): void => {
    if (data === PING) void runtime.received(id, JSON.stringify({ action: 'PONG' }));
  };
  const connection = { id, send, close: () => {}, cut: () => {} };
  await runtime.opened({ connection, claims: { ...customer, offerId, sessionId }, device });
  await runtime.received(id, JSON.stringify({ action: 'REQUESTED' }));
  return DONE;
}

const PING = JSON.stringify({ action: 'PING' });
