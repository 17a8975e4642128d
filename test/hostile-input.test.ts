import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator/index.ts';
import type { Simulator } from '../simulator/index.ts';
import { post, request } from './socket-device.ts';

/** How many inputs are thrown; enough to pass the journal's bound more than once. */
const INPUTS = 10_000;

const json = fc.oneof(
  fc.json(),
  fc
    .record({ sessionName: fc.anything(), offerId: fc.constantFrom('S1', '', 'no', 5) })
    .map((body) => write(body)),
  fc.constantFrom('{"offerId":"S1"}', '{"tag":"live"}', '{"offerId":"S1","sessionId":"x"}', '', '{', '['),
);
const text = fc.oneof(json, fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('x'.repeat(70_000)));
const path = fc.oneof(
  fc.constantFrom(
    '/sessions',
    '/takeover',
    '/connect',
    '/connect?token=x',
    '/_drisc/health',
    '/_drisc/reset',
    '/',
  ),
  fc.webPath().map((made) => made || '/'),
);
const header = fc.tuple(
  fc.constantFrom(
    'authorization',
    'content-type',
    'origin',
    'x-any',
    'content-length',
    'transfer-encoding',
    'connection',
  ),
  fc.oneof(
    fc.constantFrom('Bearer a.b.c', 'chunked', '-1', '99999999', 'upgrade', `Bearer ${'eyJ-'.repeat(500)}`),
    fc.string({ maxLength: 40 }),
  ),
);

type Input =
  | { how: 'http'; method: string; path: string; body: string; signed: boolean }
  | { how: 'raw'; bytes: Uint8Array }
  | { how: 'head'; method: string; path: string; headers: [string, string][]; body: string }
  | { how: 'frame'; data: string | Uint8Array }
  | { how: 'websocket bytes'; bytes: Uint8Array };

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
const method = fc.constantFrom('POST', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH');
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ how: fc.constant('http' as const), method, path, body: text, signed: fc.boolean() }),
  fc.record({ how: fc.constant('raw' as const), bytes }),
  fc.record({
    how: fc.constant('head' as const),
    method,
    path,
    headers: fc.array(header, { maxLength: 6 }),
    body: text,
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      how: fc.constant('frame' as const),
      data: fc.oneof(
        text,
        bytes,
        fc.constantFrom('{"action":"REQUESTED"}', '{"action":"PONG"}', '{"action":"FINISHED"}'),
      ),
    }),
  },
  fc.record({ how: fc.constant('websocket bytes' as const), bytes }),
);

function write(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{';
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is alive, in megabytes. */
function measureHeap(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}

/** A stranger: another customer, whose connection is made anew whenever an input has ended it. */
class Stranger {
  readonly #simulator: Simulator;
  #socket: WebSocket | undefined;
  #token = '';

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  async throw(what: Input): Promise<void> {
    switch (what.how) {
      case 'http':
        return this.#http(what);
      case 'raw':
        return this.#tcp(what.bytes);
      case 'head': {
        const lines = what.headers.map(([name, value]) => `${name}: ${value}`);
        const head = [`${what.method} ${what.path} HTTP/1.1`, 'host: localhost', ...lines, '', what.body];
        return this.#tcp(Buffer.from(head.join('\r\n')));
      }
      case 'frame': {
        const socket = await this.#open();
        socket.send(what.data);
        return;
      }
      case 'websocket bytes': {
        const socket = await this.#open();
        const { _socket: raw } = socket as unknown as { _socket: Socket };
        raw.write(what.bytes);
      }
    }
  }

  close(): void {
    this.#socket?.terminate();
  }

  async #http({ method, path, body, signed }: Input & { how: 'http' }): Promise<void> {
    this.#token ||= await this.#simulator.token({ customerId: 'stranger' });
    const answer = await fetch(this.#simulator.url + path, {
      method,
      headers: signed ? { authorization: `Bearer ${this.#token}` } : {},
      ...(method === 'GET' ? {} : { body }),
    });
    await answer.arrayBuffer();
    expect(answer.status).toBeLessThan(500);
  }

  async #tcp(bytes: Uint8Array): Promise<void> {
    const socket = connectTcp(Number(new URL(this.#simulator.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.end(bytes);
    const patience = setTimeout(() => socket.destroy(), 50);
    await once(socket, 'close');
    clearTimeout(patience);
  }

  async #open(): Promise<WebSocket> {
    if (this.#socket?.readyState === WebSocket.OPEN) return this.#socket;
    await this.#simulator.reset({ customerId: 'stranger' });
    const answer = await post(this.#simulator, '/sessions', { offerId: 'S1' }, { customerId: 'stranger' });
    const { endpoint } = (await answer.json()) as { endpoint: string };
    const socket = new WebSocket(endpoint);
    socket.on('error', () => {});
    this.#socket = socket;
    await once(socket, 'open');
    return socket;
  }
}

describe('hostile input', () => {
  it(
    `leaves process, healthy session and memory alone after ${INPUTS} generated inputs`,
    { timeout: 300_000 },
    async () => {
      await using simulator = createSimulator({
        offers: [{ id: 'S1', tags: ['live'], limit: 2 }],
        limits: { maxJournalEntries: 2_000, maxJournalCharacters: 2_000_000, maxRequestTime: 1_000 },
        settings: { pongTimeout: 600_000 },
      });
      await simulator.listen();
      const healthy = await request(simulator, 'Healthy', { customerId: 'healthy' });
      expect(await healthy.next()).toEqual({ action: 'OK' });

      const stranger = new Stranger(simulator);
      const inputs = fc.sample(input, { numRuns: INPUTS, seed: 20261122 });
      const kinds = new Map<string, number>();
      const memory: number[] = [];
      for (const [index, one] of inputs.entries()) {
        await stranger.throw(one);
        kinds.set(one.how, (kinds.get(one.how) ?? 0) + 1);
        if (index % 1_000 !== 999) continue;
        const [session] = await simulator.sessions.list({ customerId: 'healthy' });
        await simulator.sessions.ping(session?.id ?? '');
        expect(await healthy.next()).toEqual({ action: 'PING' });
        healthy.send('PONG');
        await healthy.roundTrip();
        expect(await simulator.sessions.get(session?.id ?? '')).toMatchObject({ state: 'connected.quiet' });
        memory.push(measureHeap());
      }
      stranger.close();
      healthy.send('FINISHED');
      expect(await healthy.closed).toBe(1000);

      const faults = simulator.journal.entries({
        match: (entry) => entry.kind === 'note' && entry.text.includes('fault of'),
      });
      expect(faults).toEqual([]);
      // Caches and the journal fill in the first thousands; from then on nothing may add up.
      expect(memory.at(-1)).toBeLessThan(Math.max(...memory.slice(0, 5)) + 5);
      console.log(
        `${inputs.length} inputs (${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}); heap in MB after each thousand: ${memory.join(' ')}`,
      );
    },
  );
});
