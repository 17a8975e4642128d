import { WebSocket } from 'ws';
import { SETTINGS } from '../protocol/settings.ts';
import type { SettingName, Settings } from '../protocol/settings.ts';
import type { Simulator, VirtualClock } from '../simulator/index.ts';
import { connect, create, post, request } from './socket-device.ts';
import type { SocketDevice } from './socket-device.ts';

/** A setting as a client meets it over a real socket: what is seen with its default, and what with another value. */
export interface SettingExercise<Name extends SettingName = SettingName> {
  readonly title: string;
  readonly other: Settings[Name];
  readonly seen: { readonly byDefault: unknown; readonly otherwise: unknown };
  readonly observe: (simulator: Simulator, clock: VirtualClock) => Promise<unknown>;
}

const S1 = { offerId: 'S1' };

async function granted(simulator: Simulator, sessionName?: string): Promise<SocketDevice> {
  const device = await request(simulator, sessionName);
  await device.next();
  return device;
}

async function sessionId(simulator: Simulator): Promise<string> {
  return (await simulator.sessions.list())[0]?.id ?? 'none';
}

const statusOf = async (answer: Promise<Response>): Promise<number> => (await answer).status;

/** Whether a connection is closed once the server has handled all that was sent before. */
async function isClosed(device: SocketDevice): Promise<boolean> {
  // Twice: the server answers a WebSocket ping at once, and closes a turn after the frame that makes it.
  await Promise.race([device.closed, device.roundTrip()]);
  await Promise.race([device.closed, device.roundTrip()]);
  return device.socket.readyState !== WebSocket.OPEN;
}

/** The milliseconds until the pool is empty, looked for at the given moments. */
async function whenGone(
  simulator: Simulator,
  clock: VirtualClock,
  moments: readonly number[],
): Promise<unknown> {
  let now = 0;
  for (const moment of moments) {
    await clock.advance(moment - now);
    now = moment;
    if ((await simulator.sessions.list()).length === 0) return moment;
  }
  return 'stays';
}

/** One exercise for every setting. */
export const SETTING_EXERCISES: { readonly [Name in SettingName]: SettingExercise<Name> } = {
  pongTimeout: {
    title: 'deletes a session that leaves a PING unanswered, then',
    other: 700,
    seen: { byDefault: 5_000, otherwise: 700 },
    async observe(simulator, clock) {
      await granted(simulator);
      await post(simulator, '/sessions', S1);
      return whenGone(simulator, clock, [699, 700, 4_999, 5_000]);
    },
  },
  pendingTimeout: {
    title: 'deletes a session that nobody connects to, then',
    other: 2_000,
    seen: { byDefault: 30_000, otherwise: 2_000 },
    async observe(simulator, clock) {
      await create(simulator);
      return whenGone(simulator, clock, [1_999, 2_000, 29_999, 30_000]);
    },
  },
  pingInterval: {
    title: 'sends PING to who is left in peace for a minute',
    other: 20_000,
    seen: { byDefault: 0, otherwise: 3 },
    async observe(simulator, clock) {
      const device = await granted(simulator);
      for (let second = 0; second < 60; second += 20) {
        await clock.advance(20_000);
        if (simulator.settings.pingInterval > 0) device.send('PONG');
        await device.roundTrip();
      }
      return device.frames.length;
    },
  },
  pingScope: {
    title: 'sends PING to a session at another offer',
    other: 'customer',
    seen: { byDefault: [], otherwise: [{ action: 'PING' }] },
    async observe(simulator) {
      const device = await granted(simulator);
      await post(simulator, '/sessions', { offerId: 'S2' });
      await device.roundTrip();
      return device.frames;
    },
  },
  pingOnRefusedCreate: {
    title: 'sends PING when a create is refused',
    other: false,
    seen: { byDefault: [{ action: 'PING' }], otherwise: [] },
    async observe(simulator) {
      const device = await granted(simulator);
      await post(simulator, '/sessions', S1);
      await device.roundTrip();
      return device.frames;
    },
  },
  terminateOn: {
    title: 'throws the old connection out when a new one merely opens',
    other: 'connected',
    seen: { byDefault: [], otherwise: [{ action: 'TERMINATE' }] },
    async observe(simulator) {
      const old = await granted(simulator);
      const fresh = await connect(old.endpoint);
      await fresh.roundTrip();
      await isClosed(old);
      return old.frames;
    },
  },
  limitStatus: {
    title: 'answers at the limit with this status',
    other: 429,
    seen: { byDefault: 403, otherwise: 429 },
    async observe(simulator) {
      await create(simulator);
      return statusOf(post(simulator, '/sessions', S1));
    },
  },
  disabledShape: {
    title: 'says so with these members when DRISC is off',
    other: 'status',
    seen: { byDefault: ['enabled', 'message', 'status'], otherwise: ['message', 'status'] },
    async observe(simulator) {
      const [publisher] = simulator.directory.publishers();
      if (publisher) simulator.directory.setPublisher({ ...publisher, enabled: false });
      const answer = await post(simulator, '/sessions', S1);
      return Object.keys((await answer.json()) as object).sort();
    },
  },
  requireSessionName: {
    title: 'answers a create without a name',
    other: true,
    seen: { byDefault: 200, otherwise: 400 },
    observe: (simulator) => statusOf(post(simulator, '/sessions', S1)),
  },
  maxNameLength: {
    title: 'answers a create with a name of eleven characters',
    other: 10,
    seen: { byDefault: 200, otherwise: 400 },
    observe: (simulator) => statusOf(post(simulator, '/sessions', { ...S1, sessionName: 'x'.repeat(11) })),
  },
  nameLengthUnit: {
    title: 'answers a create with a name of a hundred clapper boards',
    other: 'utf-16',
    seen: { byDefault: 200, otherwise: 400 },
    observe: (simulator) => statusOf(post(simulator, '/sessions', { ...S1, sessionName: '🎬'.repeat(100) })),
  },
  takeoverBelowLimit: {
    title: 'answers a takeover while a slot is free',
    other: false,
    seen: { byDefault: 200, otherwise: 403 },
    async observe(simulator) {
      await post(simulator, '/sessions', { offerId: 'S2' });
      return statusOf(post(simulator, '/takeover', { offerId: 'S2', sessionId: await sessionId(simulator) }));
    },
  },
  closeAfterExpired: {
    title: 'closes after EXPIRED',
    other: false,
    seen: { byDefault: true, otherwise: false },
    async observe(simulator) {
      const device = await granted(simulator);
      await simulator.sessions.expire(await sessionId(simulator));
      return isClosed(device);
    },
  },
  closeAfterFinished: {
    title: 'closes after FINISHED',
    other: false,
    seen: { byDefault: true, otherwise: false },
    async observe(simulator) {
      const device = await granted(simulator);
      device.send('FINISHED');
      return isClosed(device);
    },
  },
  closeCodeOrderly: {
    title: 'closes after FINISHED with this code',
    other: 4000,
    seen: { byDefault: 1000, otherwise: 4000 },
    async observe(simulator) {
      const device = await granted(simulator);
      device.send('FINISHED');
      return device.closed;
    },
  },
  closeCodePolicy: {
    title: 'closes after a missed deadline with this code',
    other: 4008,
    seen: { byDefault: 1008, otherwise: 4008 },
    async observe(simulator, clock) {
      const device = await granted(simulator);
      await post(simulator, '/sessions', S1);
      await clock.advance(5_000);
      return device.closed;
    },
  },
  badFrames: {
    title: 'closes upon a frame that is no message',
    other: 'close',
    seen: { byDefault: false, otherwise: true },
    async observe(simulator) {
      const device = await granted(simulator);
      device.socket.send('{"action":"requested"}');
      return isClosed(device);
    },
  },
  endpointTokenLifetime: {
    title: 'lets a client connect again a minute later',
    other: 30_000,
    seen: { byDefault: 'open', otherwise: 'refused' },
    async observe(simulator, clock) {
      const { endpoint } = await granted(simulator);
      await clock.advance(60_000);
      return connect(endpoint).then(
        () => 'open',
        () => 'refused',
      );
    },
  },
};

/** A line of the table of settings in the docs. */
export function describeSetting(name: SettingName): string {
  const { description, unit, default: fallback, mark, clause } = SETTINGS[name];
  const { title, other, seen } = SETTING_EXERCISES[name];
  const value = `${JSON.stringify(fallback)}${unit === undefined ? '' : ` ${unit}`}`;
  const exercise = `${title}: ${JSON.stringify(seen.byDefault)}; with ${JSON.stringify(other)}: ${JSON.stringify(seen.otherwise)}`;
  return `| \`${name}\` | ${value} | ${mark}, ${clause} | ${description} | ${exercise} |`;
}
