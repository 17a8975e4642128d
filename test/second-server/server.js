import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { hasFault } from './faults.js';
import { serveLine } from './line.js';
import { authorise, grant, readBody, readWish, Refusal } from './requests.js';
import { SessionBook } from './sessions.js';
import { readToken, signToken } from './tokens.js';

// A DRISC server that was written from PROTOCOL.md alone and shares no line with the simulator.
// The faults of faults.js apart, it is meant to conform.

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'pong-timeout': { type: 'string', default: '5000' },
    'pending-timeout': { type: 'string', default: '30000' },
  },
});

const DAY = 86_400;
const offers = [
  { id: 'A', tags: ['live'], limit: 2 },
  { id: 'B', tags: ['vod'], limit: 2 },
];
const newSecret = () => randomBytes(32).toString('hex');
const publishers = new Map(
  [
    { id: '1000', secret: newSecret(), enabled: true, takeover: true, offers },
    { id: '2000', secret: newSecret(), enabled: false, takeover: true, offers },
  ].map((publisher) => [publisher.id, publisher]),
);
const ownSecret = newSecret();
const book = new SessionBook({
  pongTimeout: Number(values['pong-timeout']),
  pendingTimeout: Number(values['pending-timeout']),
});

const endpointOf = (session) => {
  const exp = Math.floor(Date.now() / 1000) + DAY;
  const token = signToken({ sessionId: session.id, exp }, ownSecret);
  return `ws://127.0.0.1:${server.address().port}/ws?token=${token}`;
};

const pathOf = (request) => request.url.split('?')[0];

/** The answer to one HTTP request: a status, headers and a body, or a thrown Refusal. */
const answer = async (request) => {
  const path = pathOf(request);
  if (path !== '/sessions' && path !== '/takeover')
    throw new Refusal(404, 'NotFound', 'The paths are /sessions and /takeover.');
  if (request.method === 'OPTIONS') return { status: 204, headers: preflight };
  if (request.method !== 'POST' && !hasFault('any-method'))
    throw new Refusal(405, 'MethodNotAllowed', 'Use POST.', { headers: { allow: 'POST, OPTIONS' } });
  const asker = authorise(request.headers.authorization, publishers);
  const wish = readWish(await readBody(request), path === '/takeover');
  const session = await grant(book, asker, wish, path === '/takeover');
  return { status: 200, body: session ? { endpoint: endpointOf(session) } : disabled };
};

const preflight = {
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type',
};
const disabled = { status: 'disabled', enabled: false, message: 'Session tracking disabled.' };

const server = createServer((request, response) => void serve(request, response));

const serve = async (request, response) => {
  const { status, headers, body } = await answer(request).catch((error) => {
    if (error instanceof Refusal) return error;
    console.error(error);
    return new Refusal(500, 'InternalError', 'The server failed.');
  });
  const common = { 'access-control-allow-origin': '*' };
  if (body) common['content-type'] = 'application/json';
  // The rest of a body that was too long is not worth waiting for.
  if (status === 413) common.connection = 'close';
  response.writeHead(status, { ...common, ...headers });
  response.end(body && JSON.stringify(body));
};

const webSockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });

/** Refuses an upgrade in the form of every other error. */
const refuseUpgrade = (socket, status, code, message) => {
  const body = JSON.stringify({ code, message });
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\ncontent-type: application/json\r\naccess-control-allow-origin: *\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
};

server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  if (pathOf(request) !== '/ws') return refuseUpgrade(socket, 404, 'NotFound', 'The endpoint is /ws.');
  const token = readToken(new URL(request.url, 'ws://127.0.0.1').searchParams.get('token'));
  if (!token?.signedWith(ownSecret))
    return refuseUpgrade(socket, 401, 'Unauthorized', 'Connect to an endpoint as it was returned.');
  webSockets.handleUpgrade(request, socket, head, (webSocket) => {
    serveLine(webSocket, token.claims.sessionId, book);
  });
});

server.listen(Number(values.port), '127.0.0.1', () => {
  const [publisher, off] = [...publishers.values()];
  console.log(
    JSON.stringify({
      url: `http://127.0.0.1:${server.address().port}`,
      publisherId: publisher.id,
      secret: publisher.secret,
      offers: offers.map(({ id, tags, limit }) => ({ id, tags, limit })),
      limit: 2,
      disabledPublisher: { id: off.id, secret: off.secret },
    }),
  );
});

process.once('SIGTERM', () => {
  for (const socket of webSockets.clients) socket.close(1001);
  server.close();
  setTimeout(() => process.exit(0), 200).unref();
});
