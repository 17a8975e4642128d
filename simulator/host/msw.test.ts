import { setupServer } from 'msw/node';
import { WebSocket as UndiciWebSocket } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { sessionMachine } from '../../examples/node-client/session-machine.js';
import { createStorage } from '../../examples/node-client/storage.js';
import { openSocket } from '../../examples/web-player/browser-socket.js';
import type { SimulatorOptions } from '../options.ts';
import { createSimulator } from '../simulator.ts';
import type { Simulator } from '../simulator.ts';
import { createMswHandlers } from './msw.ts';

const BASE_URL = 'https://drisc.example.com';
const OTHER_URL = 'https://other.example.com';
const simulator = createSimulator({ offers: [{ id: 'S1_US', tags: ['live'], limit: 1 }] });
const server = setupServer(...createMswHandlers(simulator, { baseUrl: BASE_URL }));
const before = globalThis.WebSocket;

beforeAll(() => {
  // Node 20 has none of its own, and MSW takes the place of the one that is there when it starts to listen.
  globalThis.WebSocket = UndiciWebSocket as unknown as typeof WebSocket;
  server.listen({ onUnhandledRequest: 'error' });
});
const apps: { stop(): unknown }[] = [];
afterEach(async () => {
  server.resetHandlers();
  for (const app of apps.splice(0)) app.stop();
  await simulator.reset();
});
afterAll(() => {
  server.close();
  globalThis.WebSocket = before;
});

/** The session machine of the examples, with `fetch` and the browser's WebSocket: an app as it is. */
function openApp() {
  const app = createActor(sessionMachine, { input: { storage: createStorage(), openSocket } });
  const shown: object[] = [];
  app.on('*', (event) => void shown.push(event));
  apps.push(app.start());
  const play = async (sessionName: string): Promise<void> => {
    const token = await simulator.token({ customerId: '1001' });
    app.send({ type: 'START', request: { baseUrl: BASE_URL, token, offerId: 'S1_US', sessionName } });
  };
  return { app, shown, play };
}

/** Waits for what an app shows; the test's own timeout bounds it. */
async function shows(shown: readonly object[], event: object): Promise<void> {
  await expect.poll(() => shown, { timeout: 20_000 }).toContainEqual(event);
}

interface Device {
  readonly socket: WebSocket;
  /** The code that it is told. */
  readonly closed: Promise<number>;
}

/** A client with no will of its own, at the endpoint that a create gave; resolves when it is open, or closed already. */
async function connect(service: Simulator, baseUrl: string, customerId: string): Promise<Device> {
  const answer = await fetch(`${baseUrl}/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await service.token({ customerId })}` },
    body: JSON.stringify({ sessionName: 'Sofa', offerId: 'S1_US' }),
  });
  const { endpoint } = (await answer.json()) as { endpoint: string };
  const socket = new WebSocket(endpoint);
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  const stands = new Promise((resolve) => {
    socket.addEventListener('open', resolve);
  });
  await Promise.race([stands, closed]);
  return { socket, closed };
}

/** Another simulator behind another base URL, for one test. */
function mock(options: SimulatorOptions): Simulator {
  const other = createSimulator({ offers: [{ id: 'S1_US', limit: 9 }], ...options });
  server.use(...createMswHandlers(other, { baseUrl: OTHER_URL }));
  apps.push({ stop: () => other.close() });
  return other;
}

/** The ids of the connections that have come to stand. */
function opened({ journal }: Simulator): unknown[] {
  return journal.entries().flatMap(({ kind, connection }) => (kind === 'open' ? [connection] : []));
}

describe('the simulator behind MSW', () => {
  it('plays the server for an app, with no port', async () => {
    const { app, shown, play } = openApp();
    await play('Living room');
    await shows(shown, { type: 'playback', playing: true });
    expect(() => simulator.url).toThrow('does not listen');
    expect(await simulator.pools()).toHaveLength(1);
    app.send({ type: 'STOP' });
    await shows(shown, { type: 'playback', playing: false });
    await expect.poll(async () => (await simulator.pools())[0]?.pool.sessions.length ?? 0).toBe(0);
  });

  it('says TAKE_OVER before it closes, and the app hears it', async () => {
    const first = openApp();
    await first.play('Living room');
    await shows(first.shown, { type: 'playback', playing: true });
    const second = openApp();
    await second.play('Kitchen 🎬');
    const sessions = [{ sessionId: expect.any(String), name: 'Living room' }];
    await shows(second.shown, { type: 'limit', takeover: true, sessions });
    const [limit] = second.shown as { sessions: { sessionId: string }[] }[];
    second.app.send({ type: 'TAKEOVER', victim: limit?.sessions[0]?.sessionId ?? '' });
    await shows(second.shown, { type: 'playback', playing: true });
    await shows(first.shown, { type: 'taken-over', by: 'Kitchen 🎬' });
  });

  it('comes back after a connection that broke', async () => {
    const { shown, play } = openApp();
    await play('Living room');
    await shows(shown, { type: 'playback', playing: true });
    const connections = opened(simulator).length;
    await simulator.runtime.cutAll('test');
    await expect.poll(() => opened(simulator), { timeout: 20_000 }).toHaveLength(connections + 1);
  });

  it('closes at once what it would refuse, since a mocked WebSocket has no upgrade', async () => {
    const socket = new WebSocket('wss://drisc.example.com/connect?token=none');
    const close = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
    expect(close.code).toBe(1006);
  });

  it('tells the apps of two base URLs apart', async () => {
    const other = mock({});
    const third = 'https://third.example.com';
    server.use(...createMswHandlers(other, { baseUrl: third }));
    const { socket: first } = await connect(other, OTHER_URL, '1001');
    await connect(other, third, '1002');
    await expect.poll(() => opened(other)).toHaveLength(2);
    expect(new Set(opened(other)).size).toBe(2);
    first.send('{"action":"REQUESTED"}');
    first.send('{"action":"FINISHED"}');
    await expect
      .poll(async () => (await other.sessions.list()).map(({ customerId }) => customerId))
      .toEqual(['1002']);
  });

  it('hears frames in the order in which they were sent, a Blob and the close among them', async () => {
    const other = mock({});
    const { socket } = await connect(other, OTHER_URL, '1001');
    await expect.poll(() => other.runtime.connections()).toHaveLength(1);
    socket.send(new Blob(['first']));
    socket.send('second');
    socket.close(1000);
    const heard = () =>
      other.journal.entries().flatMap((entry) => {
        if (entry.kind === 'close') return ['close'];
        return entry.kind === 'frame' && entry.direction === 'in' ? [entry.raw] : [];
      });
    await expect.poll(heard).toEqual([btoa('first'), 'second', 'close']);
  });

  it('bears as many connections as its limits say, and another one when one has gone', async () => {
    const other = mock({ limits: { maxConnections: 1 } });
    const { socket: first } = await connect(other, OTHER_URL, '1001');
    await expect.poll(() => other.runtime.connections()).toHaveLength(1);
    expect(await (await connect(other, OTHER_URL, '1002')).closed).toBe(1006);
    expect(other.journal.entries()).toContainEqual(
      expect.objectContaining({ kind: 'refused-upgrade', status: 503 }),
    );
    first.close(1000);
    await expect.poll(() => other.runtime.connections()).toEqual([]);
    await connect(other, OTHER_URL, '1003');
    await expect.poll(() => other.runtime.connections()).toHaveLength(1);
  });

  it('bears no more connections than it says, also of those that come at the same moment', async () => {
    const other = mock({ limits: { maxConnections: 1 } });
    const devices = await Promise.all(['1001', '1002', '1003'].map((id) => connect(other, OTHER_URL, id)));
    await expect
      .poll(() => other.journal.entries({ match: ({ kind }) => kind === 'refused-upgrade' }))
      .toHaveLength(2);
    expect(other.runtime.connections()).toHaveLength(1);
    for (const { socket } of devices) socket.close(1000);
    await expect.poll(() => other.runtime.connections()).toEqual([]);
    await connect(other, OTHER_URL, '1004');
    await expect.poll(() => other.runtime.connections()).toHaveLength(1);
  });

  it('notes a fault of its own, and the app sees the connection break off', async () => {
    const broken = mock({ tamper: { verifyEndpointToken: () => Promise.reject(new Error('no key 🎬')) } });
    expect(await (await connect(broken, OTHER_URL, '1001')).closed).toBe(1006);
    const text = expect.stringContaining('fault of the simulator: Error: no key 🎬');
    expect(broken.journal.entries()).toContainEqual(expect.objectContaining({ kind: 'note', text }));
  });

  it('wants to know where the app believes the service to be, and takes no path', () => {
    for (const baseUrl of ['drisc.example.com', 'ftp://drisc.example.com', 'https://drisc.example.com/v1']) {
      expect(() => createMswHandlers(simulator, { baseUrl })).toThrow(
        `baseUrl: expected a URL such as https://drisc.example.com, with no path, got ${baseUrl}`,
      );
    }
    expect(createMswHandlers(simulator, { baseUrl: 'https://drisc.example.com/' })).toHaveLength(2);
  });
});
