import { createActor } from 'xstate';
import { defineClient } from 'drisckit/contracts';
import type { ClientContext } from 'drisckit/contracts';
import { sessionMachine } from '../node-client/session-machine.js';
import { createStorage } from '../node-client/storage.js';
import { openSocket } from '../node-client/ws-socket.js';

const storage = createStorage();
let screen: ClientContext | undefined;
let session = open();

function open() {
  const actor = createActor(sessionMachine, { input: { storage, openSocket } });
  actor.on('playback', ({ playing }) => screen?.playback(playing));
  actor.on('limit', (shown) => screen?.limit(shown));
  actor.on('taken-over', ({ by }) => screen?.takenOver(by));
  actor.on('error', ({ message }) => screen?.error(message));
  return actor.start();
}

function renew(): void {
  session.send({ type: 'DROP' });
  session.stop();
  session = open();
}

/** The session machine of the Node client, as an object that `drisc test client --module` drives. */
export default defineClient({
  name: 'session machine',
  start(request, context) {
    screen = context;
    session.send({ type: 'START', request });
  },
  stop: () => session.send({ type: 'STOP' }),
  takeover: (victim) => session.send({ type: 'TAKEOVER', victim }),
  reload() {
    renew();
    session.send({ type: 'RESUME' });
  },
  reset() {
    storage.clear();
    renew();
  },
});
