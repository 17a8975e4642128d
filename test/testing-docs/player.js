import { createActor } from 'xstate';
import { sessionMachine } from '../../examples/node-client/session-machine.js';
import { createStorage } from '../../examples/node-client/storage.js';
import { openSocket } from '../../examples/node-client/ws-socket.js';

/**
 * The player that docs/testing.md speaks of: the session machine of the Node client.
 * @param {{ baseUrl: string, token: string }} [service]
 */
export function createPlayer(service = { baseUrl: '', token: '' }) {
  const session = createActor(sessionMachine, { input: { storage: createStorage(), openSocket } });
  const player = {
    playing: false,
    message: '',
    play(/** @type {string} */ sessionName) {
      const { baseUrl, token } = service;
      session.send({ type: 'START', request: { baseUrl, token, offerId: 'S100_US', sessionName } });
    },
  };
  session.on('playback', ({ playing }) => void (player.playing = playing));
  session.on('taken-over', ({ by }) => void (player.message = `${by} plays now`));
  session.start();
  return player;
}
