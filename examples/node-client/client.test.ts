import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));
const HOSTILE = 'a"b\\c\n\u2028\u2029]]></script>🎬\u0000__proto__';
const LIMIT = {
  code: 'LimitExceeded',
  message: 'Full.',
  details: { takeOverEnabled: true, activeSessions: [{ sessionId: 's-1', name: HOSTILE, extra: 1 }] },
};
/** Longer than the first wait of the back-off, twice over: time enough to come back for a client that would. */
const LONG_ENOUGH = 900;

/** The tests run side by side, so what they leave open is closed after the last one. */
const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

/** What has arrived and was not asked for yet; `next` waits for it. */
const createInbox = <T>() => {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    /** Everything that ever arrived. */
    all: [] as T[],
    push(item: T) {
      this.all.push(item);
      const waiter = waiting.shift();
      if (waiter) waiter(item);
      else items.push(item);
    },
    next: (): Promise<T> =>
      new Promise((resolve) => {
        if (items.length > 0) resolve(items.shift() as T);
        else waiting.push(resolve);
      }),
  };
};

type Request = { url: string; headers: IncomingMessage['headers']; body: any; response: ServerResponse };

/** One connection that the client has opened, with what it said on it; a close is the last thing it says. */
const createPeer = (socket: WebSocket, url: string) => {
  const said = createInbox<string>();
  socket.on('message', (data, isBinary) => said.push(isBinary ? 'binary' : String(data)));
  socket.on('close', () => said.push('close'));
  return {
    url,
    socket,
    said,
    send: (action: string, more?: object) => socket.send(JSON.stringify({ action, ...more })),
    hear: async (...actions: string[]) => {
      for (const action of actions) {
        expect(await said.next()).toBe(action === 'close' ? action : JSON.stringify({ action }));
      }
    },
  };
};

/** A server that answers nothing by itself: each test plays it. */
const startServer = async () => {
  const requests = createInbox<Request>();
  const peers = createInbox<ReturnType<typeof createPeer>>();
  const upgrades: string[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const door = { status: 101 };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () =>
      requests.push({ url: request.url ?? '', headers: request.headers, body: JSON.parse(text), response }),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    upgrades.push(request.url ?? '');
    if (door.status !== 101) return socket.end(`HTTP/1.1 ${door.status} No\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (peer) => peers.push(createPeer(peer, request.url ?? '')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => {
    for (const peer of sockets.clients) peer.terminate();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  let grants = 0;
  const answer = async (status: number, body: unknown) => {
    const request = await requests.next();
    request.response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return request;
  };
  return {
    baseUrl: `http://${host}`,
    endpoint: (token: string) => `ws://${host}/ws?token=${token}&keep=%7e`,
    door,
    upgrades,
    requests,
    peers,
    answer,
    /** Grants the next request and returns the client's connection after its `REQUESTED`. */
    async grant() {
      const request = await answer(200, { endpoint: this.endpoint(`t${++grants}`), unknown: {} });
      return { request, peer: await this.accept() };
    },
    async accept() {
      const peer = await peers.next();
      await peer.hear('REQUESTED');
      return peer;
    },
  };
};

const startClient = (env: Record<string, string>) => {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  const events = createInbox<any>();
  const output = { text: '', errors: '' };
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.errors += chunk));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.text += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
  });
  closers.push(() => child.kill('SIGKILL'));
  return {
    child,
    events,
    output,
    exited: once(child, 'exit') as Promise<[number | null]>,
    send: (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`),
    expectEvent: async (event: object) => expect(await events.next()).toMatchObject(event),
  };
};

const PLAYING = { event: 'playback', playing: true };
const STOPPED = { event: 'playback', playing: false };

/** A driven client that has been told to start, and its server. */
const open = async (request: object = { offerId: 'S1_US', sessionName: 'Kitchen' }) => {
  const server = await startServer();
  const client = startClient({ DRISC_DRIVER: '1' });
  const press = (more?: object) =>
    client.send({ do: 'start', baseUrl: server.baseUrl, token: 'h.e30.s', ...request, ...more });
  await client.expectEvent({ event: 'ready' });
  press();
  return { server, client, press };
};

/** The same, with a session that plays. */
const openPlaying = async (request?: object) => {
  const { server, client, press } = await open(request);
  const { peer, request: create } = await server.grant();
  peer.send('OK');
  await client.expectEvent(PLAYING);
  return { server, client, press, peer, create };
};

describe.concurrent('the Node client', () => {
  test('asks with the JWT, connects verbatim, says REQUESTED first and plays after OK only', async () => {
    const { server, client } = await open({ tag: 'live', sessionName: `${HOSTILE}${'🎬'.repeat(99)}` });
    const { request, peer } = await server.grant();
    expect(request.url).toBe('/sessions');
    expect(request.headers.authorization).toBe('Bearer h.e30.s');
    expect(request.body).toEqual({ tag: 'live', sessionName: expect.stringContaining(HOSTILE) });
    expect(request.body.sessionName.length).toBeLessThanOrEqual(100);
    expect(peer.url).toBe('/ws?token=t1&keep=%7e');
    peer.send('PING');
    await peer.hear('PONG');
    expect(client.events.all).toEqual([{ event: 'ready' }]);
    peer.send('OK');
    await client.expectEvent(PLAYING);
  });

  test('survives bad frames and a repeated OK, and answers each PING once', async () => {
    const { client, peer } = await openPlaying();
    for (const text of ['', '{', 'null', '[]', '"OK"', '{"action":1}', '{"action":"ping"}', '{"a":"PING"}']) {
      peer.socket.send(text);
    }
    peer.socket.send(Buffer.from('{"action":"TERMINATE"}'));
    peer.send('TOMORROW', { sessionName: HOSTILE });
    peer.send('OK');
    peer.send('PING', { unknown: 1 });
    peer.send('PING');
    await peer.hear('PONG', 'PONG');
    expect(client.events.all).toEqual([{ event: 'ready' }, PLAYING]);
  });

  test('says FINISHED before it closes, and nothing after it', async () => {
    const { client, peer } = await openPlaying();
    client.send({ do: 'stop' });
    await client.expectEvent(STOPPED);
    await peer.hear('FINISHED');
    peer.send('PING');
    peer.send('OK');
    await peer.hear('close');
    expect(client.events.all).toEqual([{ event: 'ready' }, PLAYING, STOPPED]);
  });

  test('stops on TAKE_OVER, names the session and stays away', async () => {
    const { server, client, peer } = await openPlaying();
    peer.send('TAKE_OVER', { sessionName: HOSTILE });
    peer.socket.close(4321);
    await client.expectEvent(STOPPED);
    await client.expectEvent({ event: 'taken-over', by: HOSTILE });
    await sleep(LONG_ENOUGH);
    expect(server.upgrades).toHaveLength(1);
    expect(server.requests.all).toHaveLength(1);
  });

  test('stops on TAKE_OVER without a name', async () => {
    const { client, peer } = await openPlaying();
    peer.send('TAKE_OVER');
    await client.expectEvent(STOPPED);
    await client.expectEvent({ event: 'taken-over', by: '' });
    await peer.hear('close');
  });

  test('stays away after TERMINATE until the user asks, and then uses the stored endpoint', async () => {
    const { server, client, press, peer } = await openPlaying();
    peer.send('TERMINATE');
    await client.expectEvent(STOPPED);
    await client.expectEvent({ event: 'error' });
    await sleep(LONG_ENOUGH);
    expect(server.upgrades).toHaveLength(1);
    press();
    expect((await server.accept()).url).toBe(peer.url);
    expect(server.requests.all).toHaveLength(1);
  });

  test('uses a stored endpoint for no other offer', async () => {
    const { server, client, press, peer } = await openPlaying();
    peer.send('TERMINATE');
    await client.expectEvent(STOPPED);
    press({ offerId: 'S2_US' });
    expect((await server.grant()).request.body.offerId).toBe('S2_US');
  });

  test('shows the limit and takes over the session that the user chose', async () => {
    const { server, client } = await open();
    await server.answer(409, LIMIT);
    expect(await client.events.next()).toEqual({
      event: 'limit',
      takeover: true,
      sessions: [{ sessionId: 's-1', name: HOSTILE }],
    });
    client.send({ do: 'takeover', sessionId: 's-1' });
    const { request, peer } = await server.grant();
    expect(request.url).toBe('/takeover');
    expect(request.body).toEqual({ sessionId: 's-1', sessionName: 'Kitchen', offerId: 'S1_US' });
    peer.send('OK');
    await client.expectEvent(PLAYING);
  });

  test('does not offer takeover where it is off', async () => {
    const { server, client } = await open();
    await server.answer(403, { code: 'LimitExceeded', details: { activeSessions: [null, { name: 'x' }] } });
    expect(await client.events.next()).toEqual({ event: 'limit', takeover: false, sessions: [] });
    client.send({ do: 'takeover', sessionId: 's-1' });
    await client.expectEvent({ event: 'error' });
    expect(server.requests.all).toHaveLength(1);
  });

  test.for([404, 403, 500])(
    'neither plays nor connects when a takeover is answered with %i',
    async (status) => {
      const { server, client, press } = await open();
      await server.answer(403, LIMIT);
      await client.expectEvent({ event: 'limit' });
      client.send({ do: 'takeover', sessionId: 's-1' });
      await server.answer(status, { code: 'UnknownSession', message: 'No such session.' });
      await client.expectEvent({ event: 'error' });
      press();
      expect((await server.requests.next()).url).toBe('/sessions');
      expect(server.upgrades).toEqual([]);
    },
  );

  test.for([
    [401, { code: 'Unauthorized', message: 'No.' }],
    [500, 'no object'],
    [201, { endpoint: 'ws://127.0.0.1:9/ws?token=a' }],
    [307, { endpoint: 'ws://127.0.0.1:9/ws?token=a' }],
    [200, {}],
    [200, { endpoint: 7 }],
    [200, { endpoint: '' }],
    [200, { endpoint: '/ws?token=a' }],
    [200, { endpoint: 'http://127.0.0.1:9/ws?token=a' }],
    [200, { endpoint: 'ws://:0:/ws?token=secret' }],
    [200, LIMIT],
  ] as const)('reports %i with %j as an error and asks no second time', async ([status, body]) => {
    const { server, client, press } = await open();
    await server.answer(status, body);
    await client.expectEvent({ event: 'error' });
    expect(client.output.text + client.output.errors).not.toContain('secret');
    press();
    const { peer } = await server.grant();
    peer.send('OK');
    await client.expectEvent(PLAYING);
    expect(server.requests.all).toHaveLength(2);
  });

  test.for([
    { status: 'disabled', message: 'Off.' },
    { enabled: false },
    { status: 'disabled', enabled: false, endpoint: 'ws://127.0.0.1:9/ws?token=a' },
  ])('plays without a connection on %j', async (body) => {
    const { server, client } = await open();
    await server.answer(200, body);
    await client.expectEvent(PLAYING);
    client.send({ do: 'stop' });
    await client.expectEvent(STOPPED);
    expect(server.upgrades).toEqual([]);
  });

  test('connects again to the same endpoint, whatever the code of the close, and plays on', async () => {
    const { server, client, peer } = await openPlaying();
    peer.socket.close(1008);
    const second = await server.accept();
    second.send('OK');
    second.send('PING');
    await second.hear('PONG');
    second.socket.terminate();
    const third = await server.accept();
    third.send('OK');
    third.send('PING');
    await third.hear('PONG');
    expect(new Set(server.upgrades)).toEqual(new Set([peer.url]));
    expect(server.requests.all).toHaveLength(1);
    expect(client.events.all).toEqual([{ event: 'ready' }, PLAYING]);
  });

  test('stops at the end of the grace time, tries on without a storm, and plays again after OK', async () => {
    const { server, client, peer } = await openPlaying();
    server.door.status = 503;
    peer.socket.terminate();
    await client.expectEvent(STOPPED);
    // The attempts are what the time is read from: they come ever more seldom.
    expect(server.upgrades.length).toBeGreaterThan(2);
    expect(server.upgrades.length).toBeLessThan(7);
    server.door.status = 101;
    const back = await server.accept();
    expect(back.url).toBe(peer.url);
    expect(client.events.all.at(-1)).toEqual(STOPPED);
    back.send('OK');
    await client.expectEvent(PLAYING);
    expect(server.requests.all).toHaveLength(1);
  });

  test('asks for one new session after EXPIRED, and for no third', async () => {
    const { server, client, peer } = await openPlaying();
    peer.send('EXPIRED');
    await client.expectEvent(STOPPED);
    const { peer: second } = await server.grant();
    expect(second.url).not.toBe(peer.url);
    second.send('EXPIRED');
    await client.expectEvent({ event: 'error' });
    await sleep(LONG_ENOUGH);
    expect(server.requests.all).toHaveLength(2);
    expect(server.upgrades).toHaveLength(2);
  });

  test('takes an upgrade that is refused with 401 for EXPIRED', async () => {
    const { server, client } = await open();
    server.door.status = 401;
    await server.answer(200, { endpoint: server.endpoint('old') });
    const request = await server.requests.next();
    server.door.status = 101;
    request.response.end(JSON.stringify({ endpoint: server.endpoint('new') }));
    (await server.accept()).send('OK');
    await client.expectEvent(PLAYING);
    expect(server.upgrades).toHaveLength(2);
  });

  test('finishes a session that is granted after the user has stopped', async () => {
    const { server, client } = await open();
    const request = await server.requests.next();
    client.send({ do: 'stop' });
    client.send({ do: 'unknown' });
    client.child.stdin.write('no JSON\nnull\n');
    await sleep(50);
    request.response.end(JSON.stringify({ endpoint: server.endpoint('late') }));
    const peer = await server.accept();
    peer.send('OK');
    await peer.hear('FINISHED');
    peer.socket.close();
    expect(client.events.all).toEqual([{ event: 'ready' }]);
  });

  test('does not play when OK comes after the stop', async () => {
    const { server, client } = await open();
    const { peer } = await server.grant();
    client.send({ do: 'stop' });
    await sleep(50);
    peer.send('PING');
    await peer.hear('PONG');
    peer.send('OK');
    await peer.hear('FINISHED');
    expect(client.events.all).toEqual([{ event: 'ready' }]);
  });

  test('connects once more to finish when the user stops while the connection is lost', async () => {
    const { server, client, peer } = await openPlaying();
    peer.socket.terminate();
    await sleep(50);
    client.send({ do: 'stop' });
    await client.expectEvent(STOPPED);
    const last = await server.accept();
    last.send('OK');
    await last.hear('FINISHED');
    last.socket.close();
    await sleep(LONG_ENOUGH);
    expect(server.upgrades).toHaveLength(2);
  });

  test('finishes one session before it asks for the next', async () => {
    const { server, client, press, peer } = await openPlaying();
    press({ offerId: 'S2_US' });
    await client.expectEvent(STOPPED);
    await peer.hear('FINISHED');
    expect(server.requests.all).toHaveLength(1);
    peer.socket.close();
    const { request, peer: second } = await server.grant();
    expect(request.body.offerId).toBe('S2_US');
    second.send('OK');
    await client.expectEvent(PLAYING);
  });

  test('resumes after a reload, and not after a reset', async () => {
    const { server, client, peer } = await openPlaying();
    client.send({ do: 'reload' });
    await client.expectEvent(STOPPED);
    await client.expectEvent({ event: 'ready' });
    await peer.hear('close');
    const second = await server.accept();
    expect(second.url).toBe(peer.url);
    second.send('OK');
    await client.expectEvent(PLAYING);
    client.send({ do: 'reset' });
    await client.expectEvent(STOPPED);
    await client.expectEvent({ event: 'ready' });
    client.send({ do: 'reload' });
    await client.expectEvent({ event: 'ready' });
    await sleep(LONG_ENOUGH);
    expect(server.upgrades).toHaveLength(2);
    expect(server.requests.all).toHaveLength(1);
  });

  test('finishes and exits with 0 at the end of standard input', async () => {
    const { client, peer } = await openPlaying();
    client.child.stdin.end();
    await peer.hear('FINISHED');
    peer.socket.close();
    expect((await client.exited)[0]).toBe(0);
  });

  test('starts by itself without a driver, writes no events, and finishes on SIGTERM', async () => {
    const server = await startServer();
    const client = startClient({
      DRISC_BASE_URL: `${server.baseUrl}/`,
      DRISC_TOKEN: 'secret',
      DRISC_TAG: 'live',
      DRISC_SESSION_NAME: 'Kitchen',
    });
    client.child.stdin.end();
    const { request, peer } = await server.grant();
    expect(request.body).toEqual({ tag: 'live', sessionName: 'Kitchen' });
    peer.send('OK');
    peer.send('PING');
    await peer.hear('PONG');
    client.child.kill('SIGTERM');
    await peer.hear('FINISHED');
    peer.socket.close();
    expect((await client.exited)[0]).toBe(0);
    expect(client.output.text).toBe('');
    expect(client.output.errors).not.toContain('secret');
  });
});
