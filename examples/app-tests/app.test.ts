import { afterEach, beforeEach, describe, expect } from 'vitest';
import { expectRules, test } from 'drisckit/vitest';
import { WebSocket as UndiciWebSocket } from 'undici';
import { createActor } from 'xstate';
import { sessionMachine } from '../node-client/session-machine.js';
import { createStorage } from '../node-client/storage.js';
import { openSocket } from '../web-player/browser-socket.js';

const before = globalThis.WebSocket;
const apps: { stop(): unknown }[] = [];

beforeEach(() => {
  // Node 20 has none of its own.
  globalThis.WebSocket = UndiciWebSocket as unknown as typeof WebSocket;
});
afterEach(() => {
  for (const app of apps.splice(0)) app.stop();
  globalThis.WebSocket = before;
});

/** The app under test: the session machine of the Node client, with the WebSocket of a browser. */
function openApp() {
  const session = createActor(sessionMachine, { input: { storage: createStorage(), openSocket } });
  const shown: object[] = [];
  session.on('*', (event) => void shown.push(event));
  apps.push(session.start());
  return { session, shown };
}

const ORIGIN = 'https://drisc.example.com';

describe('the app, at its production address', () => {
  test.override({ driscOptions: { origin: ORIGIN, limit: 1 } });

  test('plays until another device takes over, and says which', async ({ drisc }) => {
    const { session, shown } = openApp();
    const token = await drisc.token();
    session.send({
      type: 'START',
      request: { baseUrl: ORIGIN, token, offerId: 'S100_US', sessionName: 'Kitchen' },
    });
    await drisc.ping();
    await drisc.takeOver('Living room TV');
    await expect.poll(() => shown).toContainEqual({ type: 'taken-over', by: 'Living room TV' });
    expect(drisc.said()).toEqual(['REQUESTED', 'PONG']);
    expectRules(drisc, { observed: ['client/request/endpoint-verbatim'] });
  });
});
