import { createActor, waitFor } from 'xstate';
import { sessionMachine } from './session-machine.js';
import { createStorage } from './storage.js';
import { openSocket } from './ws-socket.js';

/** @typedef {import('./drisc-api.js').PlayRequest} PlayRequest */

const { env, stdin, stdout, stderr } = process;
const driven = env.DRISC_DRIVER === '1';
/** Milliseconds for `FINISHED` and the closing handshake, before the process ends anyway. */
const EXIT_TIMEOUT = 2_000;

const log = (/** @type {string} */ line) => stderr.write(`${line}\n`);

/** Writes an event for the harness, or for the person who has started the client by hand. */
const show = (/** @type {Record<string, unknown>} */ event) => {
  const line = `${JSON.stringify(event)}\n`;
  if (driven) stdout.write(line);
  else stderr.write(line);
};

const openSession = () => {
  const actor = createActor(sessionMachine, { input: { storage, openSocket } });
  actor.on('*', ({ type, ...data }) => show({ event: type, ...data }));
  return actor.start();
};

const closeSession = () => {
  session.send({ type: 'DROP' });
  session.stop();
};

/** @returns {PlayRequest} */
const parseRequest = (/** @type {Record<string, unknown>} */ values) => {
  const { baseUrl, token, offerId, tag, sessionName } = values;
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) throw new TypeError('Give a base URL.');
  if (typeof token !== 'string') throw new TypeError("Give the customer's JWT.");
  if ((typeof offerId === 'string') === (typeof tag === 'string')) {
    throw new TypeError('Give either an offer id or a tag.');
  }
  return {
    baseUrl,
    token,
    ...(typeof offerId === 'string' && { offerId }),
    ...(typeof tag === 'string' && { tag }),
    ...(typeof sessionName === 'string' && { sessionName }),
  };
};

const start = (/** @type {Record<string, unknown>} */ values) => {
  try {
    session.send({ type: 'START', request: parseRequest(values) });
  } catch (error) {
    show({ event: 'error', message: String(error) });
  }
};

const exit = async () => {
  session.send({ type: 'STOP' });
  const left = waitFor(session, (snapshot) => snapshot.matches('resting'), { timeout: EXIT_TIMEOUT });
  await left.catch(() => log('The session could not be finished in time.'));
  process.exit(0);
};

const renew = () => {
  closeSession();
  session = openSession();
  show({ event: 'ready' });
};

/** @type {Map<unknown, (message: Record<string, unknown>) => void>} */
const commands = new Map([
  ['start', start],
  ['stop', () => session.send({ type: 'STOP' })],
  ['takeover', ({ sessionId }) => session.send({ type: 'TAKEOVER', victim: String(sessionId) })],
  [
    'reset',
    () => {
      storage.clear();
      renew();
    },
  ],
  [
    'reload',
    () => {
      renew();
      session.send({ type: 'RESUME' });
    },
  ],
  ['exit', () => void exit()],
]);

const obey = (/** @type {string} */ line) => {
  try {
    const message = JSON.parse(line);
    commands.get(message?.do)?.(message);
  } catch {
    log(`Not a JSON line: ${JSON.stringify(line)}`);
  }
};

/** Splits at `\n` only. From Node 24 on, `node:readline` splits at U+2028 too, which JSON allows in a name. */
const readLines = async () => {
  let rest = '';
  for await (const chunk of stdin.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(obey);
  }
};

const storage = createStorage();
let session = openSession();
process.on('SIGTERM', () => void exit());
process.on('SIGINT', () => void exit());

if (driven) {
  stdout.on('error', () => process.exit(0));
  show({ event: 'ready' });
  await readLines();
  await exit();
} else {
  // A player stays there when nothing plays, until it is closed.
  setInterval(() => {}, 2 ** 30);
  start({
    baseUrl: env.DRISC_BASE_URL,
    token: env.DRISC_TOKEN,
    offerId: env.DRISC_OFFER_ID || undefined,
    tag: env.DRISC_TAG || undefined,
    sessionName: env.DRISC_SESSION_NAME,
  });
}
