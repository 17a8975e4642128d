import { createActor } from 'xstate';
import { sessionMachine } from '../node-client/session-machine.js';
import { isFor } from '../node-client/stored-session.js';
import { openSocket } from './browser-socket.js';
import { storage } from './browser-storage.js';
import { readConfig } from './config.js';
import { createLimitDialog } from './limit-dialog.js';
import { phaseOf } from './phase.js';
import { createScreen } from './screen.js';

const request = readConfig();
const session = createActor(sessionMachine, { input: { storage, openSocket } });

const screen = createScreen({
  title: request.sessionName ?? '',
  play: () => session.send({ type: 'START', request }),
  stop: () => session.send({ type: 'STOP' }),
});
const dialog = createLimitDialog({
  takeOver: (sessionId) => session.send({ type: 'TAKEOVER', victim: sessionId }),
  tryAgain: () => session.send({ type: 'START', request }),
  cancel: () => session.send({ type: 'STOP' }),
});

session.on('playback', ({ playing }) => screen.setPlaying(playing));
session.on('limit', ({ takeover, sessions }) => dialog.open(takeover, sessions));
session.on('taken-over', ({ by }) => screen.tellTakenOver(by));
session.on('error', ({ message }) => (dialog.isOpen ? dialog.tell(message) : screen.tell(message)));
session.subscribe((snapshot) => {
  const phase = phaseOf(snapshot);
  screen.show(phase);
  // While a takeover is under way the list stays: it may be refused, and another session be chosen.
  if (phase !== 'limit' && phase !== 'asking') dialog.close();
});
session.start();

// The stored session of another customer or film is none of this page's business (5.48).
if (isFor(storage.load(), request)) session.send({ type: 'RESUME' });
