import { mintCustomerToken } from '../../../protocol/tokens.ts';
import { FIRST_CONTACT } from '../../client/measure.ts';
import { createRealPace } from '../../client/pace.ts';
import { CUSTOMER, OFFER, SECRET } from '../../client/stage/cast.ts';
import { openPort } from '../../client/stage/port-host.ts';
import type { PortHostOptions } from '../../client/stage/port-host.ts';
import type { Situation } from '../../client/situation.ts';
import type { AttachedClient, CasePorts, ClientLease } from '../attached-client.ts';
import { SubjectError } from '../subject-error.ts';
import { DeviceCase } from './device-case.ts';
import { DeviceDoor } from './device-door.ts';
import { DEVICE_SITUATIONS } from './device-situations.ts';
import type { Person } from './person.ts';

/** Where a device is let in, who holds it, and what the two are put through. */
export interface DeviceClientOptions extends PortHostOptions {
  readonly person: Person;
  /** What the run will play, to say how far it is. */
  readonly situations: readonly Situation[];
}

/** A device that a person holds, attached. */
export interface AttachedDevice extends AttachedClient {
  /** Where the device has to be pointed. */
  readonly url: string;
  /** A token that the device may use, good for a day, and the offer to ask for. It may bring its own. */
  readonly token: string;
  readonly offerId: string;
  /** Aborts when the person wants no more. */
  readonly quit: AbortSignal;
}

const DAY = 24 * 3_600_000;

/**
 * Attaches anything that can be pointed at an address: a TV, a phone, an app in a store build. A person does what its
 * user does, and says what only a person can see.
 * @throws {SubjectError} where the port cannot be listened on.
 */
export async function attachDevice(options: DeviceClientOptions): Promise<AttachedDevice> {
  const { person, situations, port, host } = options;
  const door = new DeviceDoor();
  const opened = await openPort(door, { port, host }).catch((cause: Error) => {
    throw new SubjectError('NotStarted', `cannot listen for the device: ${cause.message}`, { cause });
  });
  const quit = new AbortController();
  const rounds = [FIRST_CONTACT, ...situations].map(({ name }) => name);
  const close = (): Promise<void> => opened.close();
  const token = await mintCustomerToken({ ...CUSTOMER, secret: SECRET, now: Date.now(), lifetime: DAY });

  async function take(ports: CasePorts): Promise<ClientLease> {
    const round = rounds.indexOf(ports.situation.name) + 1;
    person.say(`\n${round} of ${rounds.length}: ${titleOf(ports.situation)}`);
    const { sessionName: _, ...asks } = ports.request(opened.url);
    door.lead({ stage: ports.stage, request: asks });
    const device = new DeviceCase({ person, recorder: ports.recorder, onQuit: () => quit.abort() });
    return {
      subject: device,
      baseUrl: opened.url,
      asks,
      look: (what) => device.look(what),
      left: () => device.left,
      log: () => [],
      async release() {
        if (!quit.signal.aborted) await leave(ports, device, person);
        door.lead(undefined);
      },
    };
  }

  return {
    name: 'the device',
    driven: true,
    sights: new Set(['playback', 'limit', 'taken-over', 'status'] as const),
    witness: 'person',
    situations,
    lanes: 1,
    virtual: false,
    createPace: createRealPace,
    take,
    url: opened.url,
    token,
    offerId: OFFER.id,
    quit: quit.signal,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function titleOf({ name }: Situation): string {
  if (name === FIRST_CONTACT.name) return 'First contact. You watch for a moment.';
  return DEVICE_SITUATIONS.find(({ situation }) => situation.name === name)?.title ?? name;
}

/** Sees to it that nothing of this case plays into the next. */
async function leave({ stage, recorder }: CasePorts, device: DeviceCase, person: Person): Promise<void> {
  if (!device.isPlaying && !stage.current) return;
  const over = new AbortController();
  const unsubscribe = recorder.subscribe(() => void (stage.current || over.abort()));
  await person.tell('Leave the player on the device, so that the next situation can begin.', over.signal);
  unsubscribe();
}
