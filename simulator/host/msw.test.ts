import { setupServer } from 'msw/node';
import { WebSocket as UndiciWebSocket } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { sessionMachine } from '../../examples/node-client/session-machine.js';
import { createStorage } from '../../examples/node-client/storage.js';
import { openSocket } from '../../examples/web-player/browser-socket.js';
import { createSimulator } from '../simulator.ts';
import { createMswHandlers } from './msw.ts';

const BASE_URL = 'https://drisc.example.com';
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
    const opened = (): number => simulator.journal.entries().filter(({ kind }) => kind === 'open').length;
    const connections = opened();
    await simulator.runtime.cutAll('test');
    await expect.poll(opened, { timeout: 20_000 }).toBe(connections + 1);
  });

  it('closes at once what it would refuse, since a mocked WebSocket has no upgrade', async () => {
    const socket = new WebSocket('wss://drisc.example.com/connect?token=none');
    const close = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
    expect(close.code).toBe(1006);
  });

  it('wants to know where the app believes the service to be', () => {
    expect(() => createMswHandlers(simulator, { baseUrl: 'drisc.example.com' })).toThrow(
      'baseUrl: expected a URL such as',
    );
  });
});
