import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator, SimulatorOptions } from './index.ts';

const open: (Simulator | WebSocket)[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) {
    if (thing instanceof WebSocket) thing.terminate();
    else await thing.close();
  }
});

async function listen(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = createSimulator({ offers: [{ id: 'S1', tags: ['live'], limit: 1 }], ...options });
  open.push(simulator);
  await simulator.listen();
  return simulator;
}

async function post(simulator: Simulator, path: string, body: unknown, customerId = 'c1'): Promise<Response> {
  const authorization = `Bearer ${await simulator.token({ customerId })}`;
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify(body),
  });
}

/** A connection that collects what it is told. */
async function connect(endpoint: string) {
  const socket = new WebSocket(endpoint);
  open.push(socket);
  const frames: unknown[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    waiting.splice(0).forEach((wake) => wake());
  });
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return {
    socket,
    frames,
    closed,
    send: (action: string) => socket.send(JSON.stringify({ action })),
    async next(): Promise<unknown> {
      while (frames.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return frames.shift();
    },
  };
}

async function start(simulator: Simulator, sessionName: string) {
  const answer = await post(simulator, '/sessions', { sessionName, offerId: 'S1' });
  const { endpoint } = (await answer.json()) as { endpoint: string };
  const connection = await connect(endpoint);
  connection.send('REQUESTED');
  expect(await connection.next()).toEqual({ action: 'OK' });
  return { ...connection, endpoint };
}

describe('the simulator over real sockets', () => {
  it('grants a session to a client that would rather speak HTTP/2, as that of Java would', async () => {
    const simulator = await listen();
    const request = requestHttp(`${simulator.url}/sessions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await simulator.token({ customerId: 'c1' })}`,
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAMAAABk',
      },
    });
    request.end('{"sessionName":"Sofa","offerId":"S1"}');
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const { endpoint } = JSON.parse(await text(answer)) as { endpoint: string };
    const connection = await connect(endpoint);
    connection.send('REQUESTED');
    expect(await connection.next()).toEqual({ action: 'OK' });
  });

  it('grants, refuses at the limit, and lets another device take over', async () => {
    const simulator = await listen();
    const first = await start(simulator, 'Sofa');
    const refused = await post(simulator, '/sessions', { sessionName: 'Bed', tag: 'live' });
    expect(refused.status).toBe(403);
    const { code, details } = (await refused.json()) as { code: string; details: any };
    expect(code).toBe('LimitExceeded');
    expect(details).toMatchObject({ takeOverEnabled: true, activeSessions: [{ name: 'Sofa' }] });
    expect(await first.next()).toEqual({ action: 'PING' });

    const { sessionId } = details.activeSessions[0];
    const taken = await post(simulator, '/takeover', { sessionName: 'Bed', offerId: 'S1', sessionId });
    expect(taken.status).toBe(200);
    expect(await first.next()).toEqual({ action: 'TAKE_OVER', sessionName: 'Bed' });
    expect(await first.closed).toBe(1000);
  });

  it('frees the slot of a session that misses its PONG, on the virtual clock', async () => {
    const clock = createVirtualClock();
    const simulator = await listen({ clock });
    const mute = await start(simulator, 'Mute');
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(403);
    expect(await mute.next()).toEqual({ action: 'PING' });
    await clock.advance(5000);
    expect(await mute.closed).toBe(1008);
    const back = await connect(mute.endpoint);
    back.send('REQUESTED');
    expect(await back.next()).toEqual({ action: 'EXPIRED' });
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(200);
  });

  it('terminates the old connection when the session connects again', async () => {
    const simulator = await listen();
    const old = await start(simulator, 'Phone');
    const fresh = await connect(old.endpoint);
    fresh.send('REQUESTED');
    expect(await fresh.next()).toEqual({ action: 'OK' });
    expect(await old.next()).toEqual({ action: 'TERMINATE' });
    expect(await old.closed).toBe(1000);
  });

  it.each(['closeCodeOrderly', 'closeCodePolicy'] as const)(
    'takes no %s that a close frame cannot bear',
    async (setting) => {
      expect(() => createSimulator({ settings: { [setting]: 1005 } })).toThrow(TypeError);
      const simulator = await listen();
      expect(() => simulator.configure({ [setting]: 2000 })).toThrow('a close frame');
      simulator.configure({ [setting]: 3000 });
    },
  );

  it('says that DRISC is off', async () => {
    const simulator = await listen({ publishers: [{ id: 'off', secret: 's', enabled: false }] });
    const answer = await post(simulator, '/sessions', { offerId: 'S1' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'disabled', enabled: false });
  });

  it.each([
    ['no token', '/sessions', {}, '{}', 401, 'Unauthorized'],
    ['a token that is none', '/sessions', { authorization: 'Bearer x' }, '{}', 401, 'Unauthorized'],
    ['another path', '/session', {}, '{}', 404, 'NotFound'],
  ])('answers %s with a JSON error that browsers may read', async (_, path, headers, body, status, code) => {
    const simulator = await listen();
    const answer = await fetch(simulator.url + path, { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toMatchObject({ code });
  });

  it('compares paths exactly, and without the query', async () => {
    const simulator = await listen();
    const authorization = `Bearer ${await simulator.token({ customerId: 'c1' })}`;
    const { hostname, port } = new URL(simulator.url);
    /** What a client is answered that sends a path as it stands, which `fetch` does not. */
    const ask = async (method: string, path: string): Promise<string> => {
      const asked = requestHttp({ hostname, port, method, path, headers: { authorization } });
      asked.end(method === 'POST' ? '{"offerId":"S1"}' : undefined);
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const { code = '' } = JSON.parse((await text(answer)) || '{}') as { code?: string };
      const origin = answer.headers['access-control-allow-origin'];
      return `${method} ${path} ${answer.statusCode} ${code} ${origin}`;
    };
    const others = [
      '/%73essions',
      '/sessions/',
      '/Sessions',
      '/./sessions',
      '/%2e/sessions',
      '/a/../sessions',
    ];
    for (const path of [...others, '/', '/nope']) {
      for (const method of ['POST', 'OPTIONS'])
        expect(await ask(method, path)).toBe(`${method} ${path} 404 NotFound *`);
    }
    expect(await ask('OPTIONS', '/sessions?from=tv')).toBe('OPTIONS /sessions?from=tv 204  *');
    expect(await ask('OPTIONS', '/takeover')).toBe('OPTIONS /takeover 204  *');
    expect(await ask('POST', '/sessions?from=%2e/../tv')).toBe('POST /sessions?from=%2e/../tv 200  *');
  });

  it('masks tokens in its journal', async () => {
    const simulator = await listen();
    await start(simulator, 'Phone');
    const text = JSON.stringify(simulator.journal.entries());
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
    expect(text).toContain('token=•••');
  });

  it('plays other devices itself', async () => {
    const simulator = await listen();
    const ghost = simulator.ghost({
      name: 'Tablet',
      customer: { customerId: 'c1', publisherId: '1000' },
      choice: { offerId: 'S1' },
    });
    expect((await ghost.create()).kind).toBe('granted');
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(403);
    await ghost.send('FINISHED');
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(200);
  });
});
