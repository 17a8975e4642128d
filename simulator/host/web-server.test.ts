import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectSecurely, TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from './certificate.ts';
import { createWebServer } from './web-server.ts';
import type { WebServerParts } from './web-server.ts';

const certificate = await createCertificate(['127.0.0.1'], Date.now());
const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

/** Says what came: the line, the body, and the header that was in question. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, rawHeaders, headers } = request;
  const body = await text(request).catch(() => 'broke off');
  const offered = rawHeaders[rawHeaders.findIndex((name) => name.toLowerCase() === 'upgrade') + 1];
  response.end(`[${method} ${url} "${body}" ${offered} ${headers.upgrade}]`);
}

type Parts = Partial<Omit<WebServerParts, 'onRequest'>> & {
  onRequest?: (...parts: Parameters<WebServerParts['onRequest']>) => Promise<void>;
};

async function serve({ onRequest = echo, ...parts }: Parts = {}): Promise<() => Duplex> {
  const server = createWebServer({
    onRequest: (request, response) => void onRequest(request, response),
    onUpgrade: (request, socket, head) => socket.end(`[upgrade ${request.url} "${head.toString()}"]`),
    ...parts,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { tls } = parts;
  return () => {
    const options = { port, host: '127.0.0.1', noDelay: true };
    const socket = tls ? connectSecurely({ ...options, ca: tls.cert }) : connect(options);
    endings.push(() => socket.destroy());
    return socket;
  };
}

/** Writes one piece after the other, and gives what is answered in brackets when so much of it has come. */
async function say(socket: Duplex, count: number, ...pieces: string[]): Promise<string[]> {
  let said = '';
  socket.setEncoding('latin1').on('data', (data: string) => (said += data));
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await pause(20);
  }
  const answers = (): string[] => said.match(/\[[^\]]*\]/g) ?? [];
  while (answers().length < count && !socket.destroyed) await pause(5);
  return answers();
}

const head = (line: string, ...headers: string[]): string =>
  [
    line,
    'Host: a',
    'Connection: Upgrade, HTTP2-Settings',
    'HTTP2-Settings: AAMAAABk',
    ...headers,
    '',
    '',
  ].join('\r\n');
const H2C = 'UPGRADE: h2c';
const FIVE = 'Content-Length: 5';

describe.each([
  ['HTTP', undefined],
  ['HTTPS', certificate],
] as const)('over %s, an offer of another protocol than WebSocket', (_, tls) => {
  it.each([
    ['with a body', [head('POST /a HTTP/1.1', H2C, FIVE) + 'hello'], '[POST /a "hello" h2c h2c]'],
    [
      'whose body comes later',
      [head('POST /a HTTP/1.1', H2C, FIVE), 'he', 'llo'],
      '[POST /a "hello" h2c h2c]',
    ],
    [
      'whose body comes in chunks',
      [head('PUT /a HTTP/1.1', H2C, 'Transfer-Encoding: chunked') + '3\r\nhel\r\n', '2\r\nlo\r\n0\r\n\r\n'],
      '[PUT /a "hello" h2c h2c]',
    ],
    ['without a body', [head('GET /a HTTP/1.1', H2C)], '[GET /a "" h2c h2c]'],
    [
      'that waits for 100',
      [head('POST /a HTTP/1.1', H2C, FIVE, 'Expect: 100-continue'), 'hello'],
      '[POST /a "hello" h2c h2c]',
    ],
    [
      'of two',
      [head('POST /a HTTP/1.1', H2C, 'Upgrade: TLS/1.0', FIVE) + 'hello'],
      '[POST /a "hello" h2c h2c, TLS/1.0]',
    ],
    [
      'that a WebSocket cannot begin with',
      [head('POST /a HTTP/1.1', 'Upgrade: websocket', FIVE) + 'hello'],
      '[POST /a "hello" websocket websocket]',
    ],
    ['in HTTP/1.0', [head('GET /a HTTP/1.0', 'Upgrade: websocket')], '[GET /a "" websocket websocket]'],
  ])('%s is passed over, and its request served', async (_, pieces, answer) => {
    const open = await serve({ tls });
    expect(await say(open(), 1, ...pieces)).toEqual([answer]);
  });

  it('is passed over as often as it comes on one connection, and leaves nothing behind', async () => {
    const counts: number[] = [];
    const open = await serve({
      tls,
      async onRequest(request, response) {
        const { socket } = request;
        counts.push(socket.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0));
        await echo(request, response);
      },
    });
    const socket = open();
    for (let count = 1; count <= 20; count += 1) {
      const heard = say(socket, 1, head(`POST /${count} HTTP/1.1`, H2C, FIVE) + 'hello');
      expect(await heard).toEqual([`[POST /${count} "hello" h2c h2c]`]);
      socket.removeAllListeners('data');
    }
    expect(new Set(counts.slice(1)).size).toBe(1);
  });

  it('waits until what was asked before is answered', async () => {
    const { open, gate, timeouts } = await serveHeld(tls);
    const heard = say(open(), 2, FIRST + head('POST /second HTTP/1.1', H2C, FIVE), 'hello');
    await expect.poll(() => timeouts.length, { timeout: 30_000 }).toBeGreaterThan(0);
    await pause(50);
    gate.emit('open');
    expect(await heard).toEqual(['[GET /first "" Host undefined]', '[POST /second "hello" h2c h2c]']);
    // The deadline of an idle connection is not one for the answer.
    expect(timeouts.filter(Boolean)).toEqual([]);
  });

  it('ends nothing where the client goes away before its turn comes', async () => {
    const { open, gate } = await serveHeld(tls);
    const socket = open();
    await say(socket, 0, FIRST + head('POST /second HTTP/1.1', H2C, FIVE));
    if (socket instanceof TLSSocket) socket.destroy();
    else (socket as Socket).resetAndDestroy();
    await once(socket, 'close');
    await pause(50);
    gate.emit('open');
    expect(await say(open(), 1, head('POST /c HTTP/1.1', H2C, FIVE), 'hello')).toHaveLength(1);
  });
});

const FIRST = 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n';

/** Answers the first request when the gate opens. */
async function serveHeld(tls: WebServerParts['tls']) {
  const gate = new EventEmitter();
  const timeouts: unknown[] = [];
  const open = await serve({
    tls,
    async onRequest(request, response) {
      timeouts.push(request.socket.timeout);
      if (request.url === '/first') await once(gate, 'open');
      await echo(request, response);
    },
  });
  return { open, gate, timeouts };
}

it.each(['websocket', 'WebSocket', 'h2c, websocket', 'websocket ,h2c'])(
  'upgrades to a WebSocket, with the bytes that follow: %s',
  async (offer) => {
    const open = await serve();
    expect(await say(open(), 1, head('GET /c HTTP/1.1', `Upgrade: ${offer}`) + 'frames')).toEqual([
      '[upgrade /c "frames"]',
    ]);
  },
);
