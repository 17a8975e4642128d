import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectSocket } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ServerOptions } from 'ws';
import { createCertificate } from '../simulator/host/certificate.ts';
import { createSimulator } from '../simulator/index.ts';
import type { JournalEntry } from '../simulator/journal.ts';
import { connectInSilence, outcomeOf } from '../test/stubborn-clients.ts';
import { startProxy } from './proxy.ts';
import type { Proxy, ProxyOptions } from './proxy.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(
  listener: (...parts: Parameters<RequestListener>) => unknown,
): Promise<{ url: string; server: ReturnType<typeof createServer> }> {
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function stand(options: ProxyOptions): Promise<Proxy & { seen: JournalEntry[] }> {
  const seen: JournalEntry[] = [];
  const proxy = await startProxy({ onEntry: (entry) => void seen.push(entry), ...options });
  endings.push(() => proxy.close());
  return { ...proxy, seen };
}

/** Says something byte for byte and gives all that comes until the connection ends. */
async function sayRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connectSocket(Number(port), hostname);
  socket.write(bytes, 'latin1');
  let said = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) said += chunk as string;
  return said;
}

const noDate = (answer: string): string => answer.replaceAll(/^(date|connection|keep-alive):.*\r\n/gim, '');

describe('a request on its way', () => {
  it('keeps its method, its path, its headers with their case and order, and its bytes', async () => {
    const came: { method?: string; url?: string; headers: string[]; hash: string }[] = [];
    const { url } = await serve(async (request, response) => {
      const hash = createHash('sha256');
      for await (const chunk of request) hash.update(chunk as Buffer);
      came.push({
        method: request.method!,
        url: request.url!,
        headers: request.rawHeaders,
        hash: hash.digest('hex'),
      });
      response.end();
    });
    const proxy = await stand({ target: url });
    const body = randomBytes(300_000);
    const headers = [
      'X-Twice',
      'a',
      'x-twice',
      'b',
      'COOKIE',
      'a=1; b="2"',
      'Host',
      'my.example:1',
      'Content-Length',
      '300000',
    ];
    const request = requestHttp(`${proxy.url}/p%20q/..;x?a=%2F&&b`, {
      method: 'PATCH',
      headers,
      path: '/p%20q/..;x?a=%2F&&b',
    });
    request.end(body);
    await once(request, 'response');
    const expected = headers.map((value) => (value === 'my.example:1' ? new URL(url).host : value));
    expect(came).toEqual([
      {
        method: 'PATCH',
        url: '/p%20q/..;x?a=%2F&&b',
        headers: [...expected, 'Connection', 'keep-alive'],
        hash: createHash('sha256').update(body).digest('hex'),
      },
    ]);
  });

  it.each([
    'POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'DELETE /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n',
    'HEAD /missing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
  ])('is answered as without the proxy: %j', async (bytes) => {
    const { url } = await serve(async (request, response) => {
      const body = await text(request);
      response.writeHead(request.url === '/missing' ? 404 : 203, 'Said So', [
        'X-Case',
        'Kept',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        ...(request.method === 'HEAD' ? [] : ['Trailer', 'X-Sum']),
      ]);
      response.write(`${request.method} ${request.url} ${String(request.headers['x-hop'] ?? '-')} `);
      response.addTrailers([['X-Sum', '42']]);
      response.end(body);
    });
    const proxy = await stand({ target: url });
    const direct = noDate(await sayRaw(url, bytes));
    expect(noDate(await sayRaw(proxy.url, bytes))).toBe(direct.replace('GET /x 1', 'GET /x -'));
  });

  it.each(['h2c', 'websocket'])(
    'goes on with its body and without the offer of another protocol, and is recorded as it came: %s',
    async (offer) => {
      const came: { headers: string[]; body: string }[] = [];
      const { url, server } = await serve(async (request, response) => {
        came.push({ headers: request.rawHeaders, body: await text(request) });
        response.end('{"status":"disabled"}');
      });
      server.on('upgrade', (_, socket) => socket.destroy());
      const proxy = await stand({ target: url });
      const offering = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${offer}\r\nHTTP2-Settings: AAMAAABk\r\n`;
      const socket = connectSocket(Number(new URL(proxy.url).port), '127.0.0.1');
      let said = '';
      socket.on('data', (data) => void (said += data.toString()));
      for (const count of [1, 2]) {
        socket.write(`POST /sessions HTTP/1.1\r\nHost: a\r\n${offering}Content-Length: 10\r\n\r\n{"offerId"`);
        await expect.poll(() => said.match(/disabled/g)?.length, { timeout: 30_000 }).toBe(count);
      }
      socket.destroy();
      const headers = ['Host', new URL(url).host, 'Content-Length', '10', 'Connection', 'keep-alive'];
      expect(came).toEqual([1, 2].map(() => ({ headers, body: '{"offerId"' })));
      expect(proxy.seen.filter(({ kind }) => kind === 'request')).toMatchObject(
        [1, 2].map(() => ({
          body: '{"offerId"',
          headers: {
            host: 'a',
            connection: 'Upgrade, HTTP2-Settings',
            upgrade: offer,
            'http2-settings': 'AAMAAABk',
            'content-length': '10',
          },
        })),
      );
    },
  );

  it('is answered 502 in plain words where nothing listens, and the journal says so', async () => {
    const { url, server } = await serve(() => {});
    server.close();
    const proxy = await stand({ target: url });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toEqual({
      code: 'TargetUnreachable',
      message: `${url} cannot be reached: nothing listens there. Is it running, and is the port right?`,
    });
    expect(proxy.journal.entries().map(({ kind, injected }) => [kind, injected])).toEqual([
      ['request', undefined],
      ['response', 'target unreachable'],
      ['note', undefined],
    ]);
  });

  it('breaks off where the target breaks off', async () => {
    const { url } = await serve((request) => request.socket.destroy());
    const proxy = await stand({ target: url });
    await expect(fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' })).rejects.toThrow(
      'fetch failed',
    );
    expect(proxy.journal.entries().map((entry) => entry.kind === 'response' && entry.status)).toContain(0);
  });

  it('waits for a client that does not read, and holds no more than the sockets do', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const { url } = await serve(async (_, response) => {
      response.setMaxListeners(0);
      for (let count = 0; count < 2_000 && !response.destroyed; count += 1) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end();
    });
    const proxy = await stand({ target: url });
    const answer: IncomingMessage = await new Promise((resolve) =>
      requestHttp(`${proxy.url}/film`, resolve).end(),
    );
    const stuck = await settled(() => sent);
    expect(stuck).toBeLessThan(40 * 1024 * 1024);
    let read = 0;
    for await (const part of answer) read += (part as Buffer).length;
    expect(read).toBe(2_000 * chunk.length);
  });
});

/** The value when it has stopped changing. */
async function settled(look: () => number): Promise<number> {
  for (let last = -1; ; await pause(200)) {
    if (look() === last && last > 0) return last;
    last = look();
  }
}

async function serveSockets(
  options: ServerOptions,
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
): Promise<string> {
  const { url, server } = await serve((_, response) => response.end());
  const sockets = new WebSocketServer({ server, ...options });
  sockets.on('connection', onSocket);
  endings.push(() => sockets.clients.forEach((socket) => socket.terminate()));
  return url;
}

const toSocket = (url: string): string => url.replace('http', 'ws');

describe('a WebSocket on its way', () => {
  it.each([false, true])(
    'keeps texts, bytes, pings, and the close code with its reason; compressed: %s',
    async (perMessageDeflate) => {
      const came: unknown[] = [];
      const url = await serveSockets(
        { perMessageDeflate: perMessageDeflate && { threshold: 0 } },
        (socket) => {
          socket.on('message', (data: Buffer, isBinary) => {
            came.push([isBinary, data.toString('latin1')]);
            socket.send(data, { binary: isBinary });
          });
          socket.on('ping', (data) => void came.push(['ping', data.toString()]));
          socket.on('close', (code, reason) => void came.push(['close', code, reason.toString()]));
        },
      );
      const proxy = await stand({ target: url });
      const client = new WebSocket(`${toSocket(proxy.url)}/connect?token=t`, ['drisc.1'], {
        perMessageDeflate,
      });
      const echoed: unknown[] = [];
      client.on('message', (data: Buffer, isBinary) => void echoed.push([isBinary, data.toString('latin1')]));
      await once(client, 'open');
      expect(client.extensions).toBe(perMessageDeflate ? 'permessage-deflate' : '');
      const long = 'x🎬'.repeat(400);
      client.send('{"action":"REQUESTED"}');
      client.send(Buffer.from([0, 255, 10]));
      client.send('half ', { fin: false });
      client.send('and half', { fin: true });
      client.send(long);
      client.ping('still there?');
      await once(client, 'pong');
      while (echoed.length < 4) await once(client, 'message');
      client.close(4321, 'enough “said”');
      const [code, reason] = (await once(client, 'close')) as [number, Buffer];
      expect([code, reason.toString()]).toEqual([4321, 'enough “said”']);
      const frames = [
        [false, '{"action":"REQUESTED"}'],
        [true, '\0\xFF\n'],
        [false, 'half and half'],
        [false, Buffer.from(long).toString('latin1')],
      ];
      expect(echoed).toEqual(frames);
      expect(came.filter(([kind]: any) => kind !== 'ping')).toEqual([
        ...frames,
        ['close', 4321, 'enough “said”'],
      ]);
      expect(came).toContainEqual(['ping', 'still there?']);
      await expect.poll(() => proxy.seen.some(({ kind }) => kind === 'close')).toBe(true);
      const said = proxy.seen.filter((entry) => entry.kind === 'frame' && entry.direction === 'in');
      expect(said).toMatchObject([
        { raw: '{"action":"REQUESTED"}', action: 'REQUESTED', binary: false },
        { raw: 'AP8K', binary: true },
        { raw: 'half and half', problem: 'a text frame that is not JSON' },
        { raw: long },
      ]);
      expect(proxy.seen.filter(({ kind }) => kind === 'close')).toMatchObject([
        { by: 'client', code: 4321, reason: 'enough “said”' },
      ]);
    },
  );

  it('passes the bytes of the handshake and of what follows, whatever they are', async () => {
    const { url, server } = await serve(() => {});
    const came: Buffer[] = [];
    server.on('upgrade', (request, socket: Socket) => {
      socket.write(
        'HTTP/1.1 101 Go On\r\nUPGRADE: websocket\r\nConnection: Upgrade\r\nX-Odd:  kept \r\n\r\nnot a frame at all',
      );
      socket.on('data', (data) => void came.push(data));
      expect(request.rawHeaders).toEqual([
        'host',
        new URL(url).host,
        'UPGRADE',
        'websocket',
        'Connection',
        'upgrade',
        'Sec-WebSocket-Key',
        'k',
      ]);
    });
    const proxy = await stand({ target: url });
    const socket = connectSocket(Number(new URL(proxy.url).port), '127.0.0.1');
    socket.write(
      'GET /c HTTP/1.1\r\nhost: x\r\nUPGRADE: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: k\r\n\r\n',
    );
    let answer = '';
    socket.on('data', (data) => void (answer += data.toString()));
    await expect
      .poll(() => answer)
      .toBe(
        'HTTP/1.1 101 Go On\r\nUPGRADE: websocket\r\nConnection: Upgrade\r\nX-Odd: kept\r\n\r\nnot a frame at all',
      );
    const noise = randomBytes(5_000);
    socket.write(noise);
    await expect.poll(() => Buffer.concat(came).equals(noise)).toBe(true);
    expect(proxy.seen.filter((entry) => entry.kind === 'note' && entry.gap === 'frames')).toHaveLength(2);
    socket.destroy();
  });

  it('is refused as the target refuses it: status, headers and body', async () => {
    const url = await serveSockets(
      { verifyClient: (_, refuse) => refuse(false, 429, 'Too "many" 🎬', { 'retry-after': '7' }) },
      () => {},
    );
    const { server, url: chunked } = await serve(() => {});
    server.on('upgrade', (_, socket) =>
      socket.end(
        'HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwhy??\r\n0\r\n\r\n',
      ),
    );
    for (const [target, status, body] of [
      [url, 429, /Too/],
      [chunked, 401, /^why\?\?$/],
    ] as const) {
      const proxy = await stand({ target });
      const client = new WebSocket(`${toSocket(proxy.url)}/connect?token=t`);
      client.on('error', () => {});
      const [, answer] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
      expect(answer.statusCode).toBe(status);
      expect(await text(answer)).toMatch(body);
      expect(proxy.seen).toMatchObject([
        { kind: 'refused-upgrade', status, message: expect.stringMatching(body) },
      ]);
    }
  });

  it('is refused with 502 where nothing listens', async () => {
    const { url, server } = await serve(() => {});
    server.close();
    const proxy = await stand({ target: url });
    const client = new WebSocket(`${toSocket(proxy.url)}/connect`);
    client.on('error', () => {});
    const [, answer] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    expect([answer.statusCode, await text(answer)]).toEqual([
      502,
      expect.stringContaining('nothing listens there'),
    ]);
  });

  it.each(['//[', '//:', 'http://[', '*[', '/connect?token=%'])(
    'is passed on wherever it is asked for, and ends nothing but itself: %s',
    async (asked) => {
      const { url, server } = await serve((_, response) => response.end());
      server.on('upgrade', (request, socket) => socket.end(`HTTP/1.1 418 ${request.url}\r\n\r\n`));
      const proxy = await stand({ target: url });
      const bytes = `GET ${asked} HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`;
      const answer = await sayRaw(proxy.url, bytes);
      expect(answer).toContain(`HTTP/1.1 418 ${asked}\r\n`);
      const shown = asked.startsWith('/') ? toSocket(url) + asked : asked;
      expect(proxy.seen).toMatchObject([{ kind: 'refused-upgrade', url: shown }]);
      expect((await fetch(proxy.url)).status).toBe(200);
    },
  );

  it('breaks off on both sides', async () => {
    const gone: number[] = [];
    const url = await serveSockets({}, (socket) => socket.on('close', (code) => void gone.push(code)));
    const proxy = await stand({ target: url });
    const client = new WebSocket(toSocket(proxy.url));
    await once(client, 'open');
    client.terminate();
    await expect.poll(() => gone).toEqual([1006]);
    expect(proxy.seen.at(-1)).toMatchObject({ kind: 'close', by: 'network', code: 1006 });
  });

  it('waits for a side that does not read, and holds no more than the sockets do', async () => {
    const held: WebSocket[] = [];
    const url = await serveSockets({}, (socket) => {
      socket.pause();
      held.push(socket);
    });
    const proxy = await stand({ target: url });
    const client = new WebSocket(toSocket(proxy.url));
    await once(client, 'open');
    const message = 'x'.repeat(64 * 1024);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 3_000; count += 1) client.send(message);
    const written = (): number => 3_000 * message.length - client.bufferedAmount;
    const stuck = await settled(written);
    expect(stuck).toBeLessThan(40 * 1024 * 1024);
    // What waits, waits in the client of this test: 190 MB of it.
    expect(client.bufferedAmount).toBeGreaterThan(100 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
    let read = 0;
    held[0]!.on('message', () => (read += 1));
    held[0]!.resume();
    await expect.poll(() => read, { timeout: 60_000 }).toBe(3_000);
  });
});

const grant = (endpoint: string): string =>
  `{ "note" : "as \\u0041 is",\n "endpoint" :"${endpoint}", "n": 1.0 }`;

describe('the endpoint of a grant', () => {
  it.each([
    ['identity', (body: string) => Buffer.from(body)],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('leads through the proxy, and nothing else is changed: %s', async (coding, encode) => {
    const { url } = await serve((_, response) => {
      const body = encode(grant('wss://ws.example/connect?token=a.b.c&x=%20'));
      response.writeHead(200, [
        'Content-Length',
        String(body.length),
        ...(coding === 'identity' ? [] : ['content-encoding', coding]),
      ]);
      response.end(body);
    });
    const proxy = await stand({ target: url });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    expect(await answer.text()).toBe(grant(`${toSocket(proxy.url)}/connect?token=a.b.c&x=%20`));
    expect(proxy.seen.find(({ kind }) => kind === 'response')).toMatchObject({
      body: grant('wss://ws.example/connect?token=a.b.c&x=%20'),
    });
    expect(proxy.seen.at(-1)).toMatchObject({
      kind: 'note',
      text: `the endpoint leads through the proxy: wss://ws.example became ${toSocket(proxy.url)}`,
    });
  });

  it.each([
    ['no endpoint', '{"status":"disabled","enabled":false}', 200],
    ['a relative endpoint', '{"endpoint":"/connect?token=a"}', 200],
    ['no JSON', '{"endpoint":"wss://a/b"', 200],
    ['another status', '{"endpoint":"wss://a/b"}', 201],
  ])('stays as it is: %s', async (_, body, status) => {
    const { url } = await serve((_, response) => response.writeHead(status).end(body));
    const proxy = await stand({ target: url });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(proxy.seen.map(({ kind }) => kind)).toEqual(['request', 'response']);
  });

  it('stays as it is on demand, and the record says that frames pass unseen', async () => {
    const { url } = await serve((_, response) => response.end(grant('wss://a/b?token=c')));
    const proxy = await stand({ target: url, keepEndpoint: true });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    expect(await answer.text()).toBe(grant('wss://a/b?token=c'));
    expect(proxy.seen[0]).toMatchObject({ kind: 'note', gap: 'frames' });
  });

  it('may name another host than the target, which the WebSocket then reaches', async () => {
    const hosts: (string | undefined)[] = [];
    const sockets = await serveSockets({}, (_, { headers }) => void hosts.push(headers.host));
    const { url } = await serve((_, response) =>
      response.end(grant(`${toSocket(sockets)}/deep/er?token=t1`)),
    );
    const proxy = await stand({ target: url });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    const { endpoint } = (await answer.json()) as { endpoint: string };
    const client = new WebSocket(endpoint);
    await once(client, 'open');
    expect(hosts).toEqual([new URL(sockets).host]);
    client.terminate();
    expect(proxy.seen.find(({ kind }) => kind === 'open')).toMatchObject({
      url: `${toSocket(sockets)}/deep/er?token=t1`,
    });
  });
});

async function secureSimulator() {
  const certificate = await createCertificate(['127.0.0.1'], Date.now());
  const simulator = createSimulator({ offers: [{ id: 'S1', limit: 1 }] });
  endings.push(() => simulator.close());
  const target = await simulator.listen({ tls: certificate });
  return { simulator, target, certificate };
}

async function fetchSecurely(url: string, ca: string): Promise<void> {
  const asked = requestHttps(url, { ca, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  await text(answer);
}

describe('TLS', () => {
  it('goes both ways, and tokens are masked in the journal', async () => {
    const { simulator, target, certificate } = await secureSimulator();
    const tls = await createCertificate(['127.0.0.1'], Date.now());
    const proxy = await stand({ target, ca: certificate.cert, tls });
    expect(proxy.url).toMatch(/^https:/);
    const token = await simulator.token({ customerId: 'c1' });
    const { request } = await import('node:https');
    const asked = request(`${proxy.url}/sessions`, {
      method: 'POST',
      ca: tls.cert,
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' },
    });
    asked.end('{"sessionName":"Sofa","offerId":"S1"}');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const { endpoint } = JSON.parse(await text(answer)) as { endpoint: string };
    expect(endpoint).toMatch(`${toSocket(proxy.url)}/connect?token=`);
    const client = new WebSocket(endpoint, { ca: tls.cert });
    await once(client, 'open');
    client.send('{"action":"REQUESTED"}');
    const [frame] = (await once(client, 'message')) as [Buffer];
    expect(frame.toString()).toBe('{"action":"OK"}');
    const written = JSON.stringify(proxy.journal.entries());
    expect(written).not.toContain(token.split('.')[2]);
    expect(written).not.toContain(new URL(endpoint).searchParams.get('token')!.split('.')[2]);
    expect(JSON.stringify(proxy.seen)).toContain(token);
    const owners = new Set(proxy.seen.map(({ customerId }) => customerId));
    expect(owners).toEqual(new Set(['c1']));
    client.terminate();
  });

  it('ends, too, while a client has not said a word of its handshake', async () => {
    const { target, certificate } = await secureSimulator();
    const proxy = await stand({ target, ca: certificate.cert, tls: certificate });
    const silent = await connectInSilence(proxy.url);
    endings.push(() => silent.destroy());
    // One that came later and is served: the proxy has the silent one by then.
    await fetchSecurely(proxy.url, certificate.cert);
    expect(await outcomeOf(proxy.close())).toBe('closed');
  });

  it('is refused in plain words where the certificate of the target is not trusted', async () => {
    const { target } = await secureSimulator();
    const proxy = await stand({ target });
    const answer = await fetch(`${proxy.url}/sessions`, { method: 'POST', body: '{}' });
    expect(await answer.json()).toMatchObject({
      message: expect.stringMatching(/has a certificate that is not trusted .*--ca FILE.*--insecure/),
    });
    const careless = await stand({ target, insecure: true });
    expect((await fetch(`${careless.url}/sessions`, { method: 'POST', body: '{}' })).status).toBe(401);
  });
});

it.each(['drisc.example', 'wss://drisc.example', 'https://drisc.example/api', 'https://u:p@drisc.example'])(
  'takes no target but an origin: %s',
  async (target) => {
    await expect(startProxy({ target })).rejects.toThrow(
      /expected an address such as https:\/\/drisc.example/,
    );
  },
);

it('serves its page and its journal, and nothing that steers', async () => {
  const { url } = await serve((_, response) => response.end());
  const proxy = await stand({ target: url });
  const ask = (route: string, token = proxy.controlToken): Promise<Response> =>
    fetch(`${proxy.url}/_drisc${route}`, { headers: { authorization: `Bearer ${token}` } });
  await fetch(`${proxy.url}/_driscoll`);
  expect((await ask('/')).headers.get('content-type')).toContain('text/html');
  expect(await (await ask('/proxy')).json()).toEqual({ target: url, broken: [] });
  expect(await (await ask('/journal?limit=10')).json()).toMatchObject({
    entries: [{ url: `${url}/_driscoll` }, {}],
  });
  expect((await ask('/journal', 'wrong')).status).toBe(401);
  expect((await ask('/pools')).status).toBe(404);
});
