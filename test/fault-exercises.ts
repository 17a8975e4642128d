import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { expect } from 'vitest';
import type { FaultKindName, ResolvedFault, Simulator, VirtualClock } from '../simulator/index.ts';
import type { Fault } from '../simulator/index.ts';
import { connect, create, post, request } from './socket-device.ts';
import type { SocketDevice } from './socket-device.ts';

/** A fault as a client meets it over a real socket. */
export interface Exercise {
  readonly title: string;
  readonly fault: Fault;
  readonly run: (simulator: Simulator, clock: VirtualClock) => Promise<void>;
  /** Added when a session is there, by `run`; most are added before. */
  readonly addedLater?: boolean;
}

const OK = { action: 'OK' };
const PING = { action: 'PING' };
const S1 = { offerId: 'S1' };

async function granted(simulator: Simulator): Promise<SocketDevice> {
  const device = await request(simulator);
  expect(await device.next()).toEqual(OK);
  return device;
}

async function endpointOf(simulator: Simulator): Promise<unknown> {
  const answer = await post(simulator, '/sessions', S1);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { endpoint?: unknown }).endpoint;
}

/** Waits until the simulator has set an alarm: what it was asked has arrived there and is delayed. */
async function untilJournal(
  simulator: Simulator,
  match: (entry: { kind: string }) => boolean,
): Promise<void> {
  if (simulator.journal.entries({ match }).length > 0) return;
  await new Promise<void>((resolve) => {
    const leave = simulator.journal.subscribe((entry) => {
      if (!match(entry)) return;
      leave();
      resolve();
    });
  });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** One exercise, at least, for every kind of fault. */
export const FAULT_EXERCISES: { readonly [Kind in FaultKindName]: readonly Exercise[] } = {
  'http-latency': [
    {
      title: 'answers when its time has come, on the virtual clock',
      fault: { kind: 'http-latency', delay: 3_000, jitter: 500 },
      async run(simulator, clock) {
        let answered = false;
        const answer = post(simulator, '/sessions', S1).then((response) => {
          answered = true;
          return response;
        });
        await untilJournal(simulator, ({ kind }) => kind === 'request');
        await turn();
        await clock.advance(2_999);
        await turn();
        expect(answered).toBe(false);
        await clock.advance(501);
        expect((await answer).status).toBe(200);
      },
    },
  ],
  'http-error': ([429, 500, 503] as const).map((status) => ({
    title: `answers ${status} with Retry-After, readable for browsers, and creates nothing`,
    fault: { kind: 'http-error', status, retryAfter: 7, times: 1 },
    async run(simulator) {
      const answer = await post(simulator, '/sessions', S1);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(await simulator.pools()).toEqual([]);
      expect((await post(simulator, '/sessions', S1)).status).toBe(200);
    },
  })),
  'captive-portal': [
    {
      title: 'answers 200 with HTML and without CORS',
      fault: { kind: 'captive-portal' },
      async run(simulator) {
        const answer = await post(simulator, '/sessions', S1);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toContain('text/html');
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        await expect(answer.json()).rejects.toThrow(SyntaxError);
      },
    },
  ],
  'truncated-body': [
    {
      title: 'breaks off in the middle of the body',
      fault: { kind: 'truncated-body' },
      async run(simulator) {
        const answer = await post(simulator, '/sessions', S1);
        expect(answer.status).toBe(200);
        await expect(answer.text()).rejects.toThrow('terminated');
      },
    },
  ],
  'no-answer': [
    {
      title: 'never answers, and notices when the client gives up',
      fault: { kind: 'no-answer' },
      async run(simulator) {
        const giveUp = new AbortController();
        const authorization = `Bearer ${await simulator.token({ customerId: 'c1' })}`;
        const asked = fetch(`${simulator.url}/sessions`, {
          method: 'POST',
          headers: { authorization },
          body: JSON.stringify(S1),
          signal: giveUp.signal,
        });
        await untilJournal(simulator, ({ kind }) => kind === 'request');
        giveUp.abort();
        await expect(asked).rejects.toThrow('aborted');
        await untilJournal(simulator, ({ kind }) => kind === 'response');
        expect(await simulator.pools()).toEqual([]);
      },
    },
  ],
  'cors-denied': [
    {
      title: 'answers without CORS headers, preflights too',
      fault: { kind: 'cors-denied' },
      async run(simulator) {
        const headers = { origin: 'http://page.example', 'access-control-request-method': 'POST' };
        const preflight = await fetch(`${simulator.url}/sessions`, { method: 'OPTIONS', headers });
        const answer = await post(simulator, '/sessions', S1);
        for (const { headers } of [preflight, answer]) {
          expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
        }
      },
    },
  ],
  'endpoint-missing': [
    {
      title: 'grants without an endpoint',
      fault: { kind: 'endpoint-missing' },
      async run(simulator) {
        expect(await endpointOf(simulator)).toBeUndefined();
      },
    },
  ],
  'endpoint-relative': [
    {
      title: 'grants a path',
      fault: { kind: 'endpoint-relative' },
      async run(simulator) {
        expect(await endpointOf(simulator)).toMatch(/^\/connect\?token=/);
      },
    },
  ],
  'endpoint-scheme': [
    {
      title: 'grants an endpoint that is no WebSocket URL',
      fault: { kind: 'endpoint-scheme', scheme: 'https' },
      async run(simulator) {
        expect(await endpointOf(simulator)).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/connect\?token=/);
      },
    },
  ],
  'upgrade-refused': [
    {
      title: 'refuses the second connection only',
      fault: { kind: 'upgrade-refused', status: 502, scope: { connection: 2 }, times: 1 },
      async run(simulator) {
        const { endpoint } = await granted(simulator);
        const [error] = (await once(new WebSocket(endpoint), 'error')) as [Error];
        expect(error.message).toContain('502');
        const third = await connect(endpoint);
        third.send('REQUESTED');
        expect(await third.next()).toEqual(OK);
      },
    },
  ],
  'upgrade-silent': [
    {
      title: 'opens and says nothing',
      fault: { kind: 'upgrade-silent' },
      async run(simulator) {
        const device = await request(simulator);
        await device.roundTrip();
        expect(device.frames).toEqual([]);
        expect((await simulator.pools())[0]?.pool.sessions[0]?.state).toBe('pending.quiet');
      },
    },
  ],
  'lose-frame': [
    {
      title: 'never sends OK',
      fault: { kind: 'lose-frame', direction: 'out', action: 'OK', times: 1 },
      async run(simulator) {
        const device = await request(simulator);
        await device.roundTrip();
        expect(device.frames).toEqual([]);
        device.send('REQUESTED');
        expect(await device.next()).toEqual(OK);
      },
    },
    {
      title: 'closes without TAKE_OVER',
      fault: { kind: 'lose-frame', direction: 'out', action: 'TAKE_OVER' },
      async run(simulator) {
        const device = await granted(simulator);
        const [pool] = await simulator.pools();
        await post(simulator, '/takeover', { ...S1, sessionId: pool?.pool.sessions[0]?.id });
        expect(await device.closed).toBe(1000);
        expect(device.frames).toEqual([]);
      },
    },
    {
      title: 'does not hear a PONG',
      fault: { kind: 'lose-frame', direction: 'in', action: 'PONG' },
      async run(simulator, clock) {
        const device = await granted(simulator);
        await post(simulator, '/sessions', S1);
        expect(await device.next()).toEqual(PING);
        device.send('PONG');
        await device.roundTrip();
        await clock.advance(5_000);
        expect(await device.closed).toBe(1008);
      },
    },
  ],
  'delay-frame': [
    {
      title: 'sends OK late, and what follows behind it',
      fault: { kind: 'delay-frame', direction: 'out', action: 'OK', delay: 2_000, jitter: 100 },
      async run(simulator, clock) {
        const device = await request(simulator);
        await device.roundTrip();
        await post(simulator, '/sessions', S1);
        await clock.advance(1_999);
        await device.roundTrip();
        expect(device.frames).toEqual([]);
        await clock.advance(101);
        expect(await device.next()).toEqual(OK);
        expect(await device.next()).toEqual(PING);
      },
    },
    {
      title: 'hears REQUESTED late',
      fault: { kind: 'delay-frame', direction: 'in', action: 'REQUESTED', delay: 2_000 },
      async run(simulator, clock) {
        const device = await request(simulator);
        await device.roundTrip();
        expect((await simulator.pools())[0]?.pool.sessions[0]?.state).toBe('pending.quiet');
        await clock.advance(2_000);
        expect(await device.next()).toEqual(OK);
      },
    },
  ],
  'repeat-frame': [
    {
      title: 'sends OK twice',
      fault: { kind: 'repeat-frame', direction: 'out', action: 'OK' },
      async run(simulator) {
        const device = await granted(simulator);
        expect(await device.next()).toEqual(OK);
      },
    },
  ],
  'wrong-case': [
    {
      title: 'sends ok',
      fault: { kind: 'wrong-case', action: 'OK' },
      async run(simulator) {
        expect(await (await request(simulator)).next()).toEqual({ action: 'ok' });
      },
    },
  ],
  'truncated-json': [
    {
      title: 'sends half of OK',
      fault: { kind: 'truncated-json', action: 'OK' },
      async run(simulator) {
        expect(await (await request(simulator)).next()).toBe('{"action');
      },
    },
  ],
  'binary-frame': [
    {
      title: 'sends OK as bytes',
      fault: { kind: 'binary-frame', action: 'OK' },
      async run(simulator) {
        const bytes = await (await request(simulator)).next();
        expect(bytes).toEqual(new TextEncoder().encode('{"action":"OK"}'));
      },
    },
  ],
  'huge-frame': [
    {
      title: 'sends an OK of two megabytes',
      fault: { kind: 'huge-frame', action: 'OK', bytes: 2_000_000 },
      async run(simulator) {
        const frame = (await (await request(simulator)).next()) as { action: string; padding: string };
        expect(frame).toMatchObject(OK);
        expect(frame.padding).toHaveLength(2_000_000);
      },
    },
  ],
  'fragmented-frame': [
    {
      title: 'sends OK in five fragments, which make one message',
      fault: { kind: 'fragmented-frame', fragments: 5 },
      async run(simulator) {
        const device = await connect(await create(simulator));
        let bytes = Buffer.alloc(0);
        const { _socket: raw } = device.socket as unknown as { _socket: Socket };
        raw.prependListener('data', (chunk: Buffer) => void (bytes = Buffer.concat([bytes, chunk])));
        device.send('REQUESTED');
        expect(await device.next()).toEqual(OK);
        // Byte 0 of each frame (RFC 6455, 5.2): a text begins without FIN, continues, and ends with FIN.
        const heads: number[] = [];
        for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!) heads.push(bytes[at]!);
        expect(heads).toEqual([0x01, 0x00, 0x00, 0x00, 0x80]);
      },
    },
  ],
  'withhold-close': [
    {
      title: 'sends TAKE_OVER and leaves the connection open and mute',
      fault: { kind: 'withhold-close' },
      async run(simulator) {
        const device = await granted(simulator);
        const [pool] = await simulator.pools();
        await post(simulator, '/takeover', { ...S1, sessionId: pool?.pool.sessions[0]?.id });
        expect(await device.next()).toMatchObject({ action: 'TAKE_OVER' });
        device.send('REQUESTED');
        await device.roundTrip();
        expect(device.frames).toEqual([]);
        expect(device.socket.readyState).toBe(WebSocket.OPEN);
      },
    },
  ],
  'early-ok': [
    {
      title: 'sends OK before REQUESTED',
      fault: { kind: 'early-ok' },
      async run(simulator) {
        const device = await connect(await create(simulator));
        expect(await device.next()).toEqual(OK);
        expect((await simulator.pools())[0]?.pool.sessions[0]?.state).toBe('pending.quiet');
      },
    },
  ],
  'ping-burst': [
    {
      title: 'sends 25 PINGs after OK',
      fault: { kind: 'ping-burst', count: 25 },
      async run(simulator) {
        const device = await granted(simulator);
        for (let taken = 0; taken < 25; taken += 1) expect(await device.next()).toEqual(PING);
      },
    },
    {
      title: 'sends PINGs at once to who is connected',
      fault: { kind: 'ping-burst', upon: 'now', count: 2, scope: { customerId: 'c1' } },
      addedLater: true,
      async run(simulator) {
        const device = await granted(simulator);
        const other = await request(simulator, 'Other', { customerId: 'c2' });
        expect(await other.next()).toEqual(OK);
        simulator.faults.add(this.fault);
        expect([await device.next(), await device.next()]).toEqual([PING, PING]);
        await other.roundTrip();
        expect(other.frames).toEqual([]);
      },
    },
  ],
  'unknown-action': [
    {
      title: 'sends a surprise some time after OK',
      fault: { kind: 'unknown-action', after: 700 },
      async run(simulator, clock) {
        const device = await granted(simulator);
        await clock.advance(700);
        expect(await device.next()).toEqual({ action: 'SURPRISE' });
      },
    },
  ],
  'send-frame': [
    {
      title: 'sends any text',
      fault: { kind: 'send-frame', upon: 'open', text: '{"action":]]>\u0000🎬' },
      async run(simulator) {
        const device = await connect(await create(simulator));
        expect(await device.next()).toBe('{"action":]]>\u0000🎬');
      },
    },
    {
      title: 'sends any bytes',
      fault: { kind: 'send-frame', base64: 'AP8=' },
      async run(simulator) {
        const device = await granted(simulator);
        expect(await device.next()).toEqual(new Uint8Array([0, 255]));
      },
    },
  ],
  'cut-connection': [
    {
      title: 'resets the connection in mid-session, and the session is lost, not ended',
      fault: { kind: 'cut-connection', after: 4_000, times: 1 },
      async run(simulator, clock) {
        const device = await granted(simulator);
        await clock.advance(4_000);
        expect(await device.closed).toBe(1006);
        expect((await simulator.pools())[0]?.pool.sessions[0]?.state).toBe('lost.quiet');
        const back = await connect(device.endpoint);
        back.send('REQUESTED');
        expect(await back.next()).toEqual(OK);
      },
    },
  ],
  'half-open': [
    {
      title: 'hears nothing any more, not even the close',
      fault: { kind: 'half-open', lost: 'in' },
      async run(simulator) {
        const device = await granted(simulator);
        device.socket.close();
        await device.closed;
        await untilJournal(simulator, ({ kind }) => kind === 'close');
        expect((await simulator.pools())[0]?.pool.sessions[0]?.state).toBe('connected.quiet');
      },
    },
    {
      title: 'is not heard any more, not even its close',
      fault: { kind: 'half-open', lost: 'out' },
      async run(simulator, clock) {
        const device = await granted(simulator);
        await post(simulator, '/sessions', S1);
        await clock.advance(5_000);
        expect(await simulator.pools()).toEqual([]);
        await device.roundTrip();
        expect(device.frames).toEqual([]);
        expect(device.socket.readyState).toBe(WebSocket.OPEN);
      },
    },
  ],
  'expire-session': [
    {
      title: 'expires every session at once, connected or not',
      fault: { kind: 'expire-session' },
      addedLater: true,
      async run(simulator) {
        const device = await granted(simulator);
        await create(simulator, 'Pending', { customerId: 'c2' });
        simulator.faults.add(this.fault);
        await simulator.settled();
        expect(await simulator.pools()).toEqual([]);
        expect(await device.next()).toEqual({ action: 'EXPIRED' });
        expect(await device.closed).toBe(1000);
      },
    },
  ],
  deploy: [
    {
      title: 'cuts all, forgets all, and comes back on the same port',
      fault: { kind: 'deploy', downtime: 10_000 },
      addedLater: true,
      async run(simulator, clock) {
        const device = await granted(simulator);
        const { url } = simulator;
        simulator.faults.add(this.fault);
        expect(await device.closed).toBe(1006);
        await untilRefused(url);
        await clock.advance(10_000);
        await simulator.settled();
        expect(simulator.url).toBe(url);
        const back = await connect(device.endpoint);
        back.send('REQUESTED');
        expect(await back.next()).toEqual({ action: 'EXPIRED' });
      },
    },
    {
      title: 'cuts all, keeps the sessions',
      fault: { kind: 'deploy', sessions: 'kept' },
      addedLater: true,
      async run(simulator) {
        const device = await granted(simulator);
        simulator.faults.add(this.fault);
        expect(await device.closed).toBe(1006);
        await simulator.settled();
        const back = await connect(device.endpoint);
        back.send('REQUESTED');
        expect(await back.next()).toEqual(OK);
      },
    },
  ],
};

async function untilRefused(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
    } catch {
      return;
    }
  }
}

/** What the journal must show wherever a fault struck. */
export function isInjectedBy({ name }: ResolvedFault): (entry: { injected?: string | undefined }) => boolean {
  return ({ injected }) => injected?.split(', ').includes(name) ?? false;
}
