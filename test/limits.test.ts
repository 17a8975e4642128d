import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulator, createVirtualClock, LIMITS } from '../simulator/index.ts';
import type { LimitName, Simulator } from '../simulator/index.ts';
import { connect, create, post, request } from './socket-device.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

async function listen(limits: Partial<Record<LimitName, number>>): Promise<Simulator> {
  const simulator = createSimulator({
    clock: createVirtualClock(),
    offers: [{ id: 'S1', limit: 9 }],
    limits,
  });
  open.push(simulator);
  await simulator.listen();
  return simulator;
}

/** What a server says to bytes that come over a plain connection, until it closes. */
async function say(simulator: Simulator, text: string): Promise<string> {
  const socket = connectTcp(Number(new URL(simulator.url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => void (heard += chunk.toString()));
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return heard;
}

const EXERCISES: { readonly [Name in LimitName]: () => Promise<void> } = {
  async maxBodyBytes() {
    const simulator = await listen({ maxBodyBytes: 100 });
    const answer = await post(simulator, '/sessions', { offerId: 'S1', sessionName: 'x'.repeat(100) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'InvalidRequest' });
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(200);
  },
  async maxHeaderBytes() {
    const simulator = await listen({ maxHeaderBytes: 1_000 });
    const heard = await say(simulator, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(2_000)}\r\n\r\n`);
    expect(heard).toContain('431');
  },
  async maxFrameBytes() {
    const simulator = await listen({ maxFrameBytes: 100 });
    const device = await request(simulator);
    await device.next();
    device.socket.send('x'.repeat(101));
    expect(await device.closed).toBe(1009);
    expect((await simulator.sessions.list())[0]?.state).toBe('lost.quiet');
  },
  async maxRequestTime() {
    const simulator = await listen({ maxRequestTime: 100 });
    expect(await say(simulator, 'POST /sessions HTTP/1.1\r\nhost: x\r\n')).toContain('408');
  },
  async maxIdleTime() {
    const simulator = await listen({ maxIdleTime: 100 });
    // The client would keep the connection; that this resolves is the proof.
    expect(await say(simulator, 'GET /_drisc/health HTTP/1.1\r\nhost: x\r\n\r\n')).toContain('200 OK');
  },
  async maxConnections() {
    const simulator = await listen({ maxConnections: 1 });
    const first = await request(simulator);
    await first.next();
    const endpoint = await create(simulator, 'Other');
    await expect(connect(endpoint)).rejects.toThrow('503');
    first.socket.close();
    await first.closed;
    const second = await connect(endpoint);
    second.send('REQUESTED');
    expect(await second.next()).toEqual({ action: 'OK' });
  },
  async maxSessionsPerCustomer() {
    const simulator = await listen({ maxSessionsPerCustomer: 2 });
    await create(simulator);
    await create(simulator);
    const answer = await post(simulator, '/sessions', { offerId: 'S1' });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: 'TooManySessions' });
    expect((await post(simulator, '/sessions', { offerId: 'S1' }, { customerId: 'c2' })).status).toBe(200);
  },
  async maxBufferedBytes() {
    const simulator = await listen({ maxBufferedBytes: 100_000 });
    const slow = await request(simulator, 'Slow');
    const other = await request(simulator, 'Other', { customerId: 'c2' });
    await slow.next();
    await other.next();
    slow.socket.pause();
    const [line] = simulator.runtime.connections({ customerId: 'c1' });
    const id = line?.connection.id ?? '';
    const chunk = 'x'.repeat(1_000_000);
    for (
      let sent = 0;
      sent < 200 && simulator.runtime.connections({ customerId: 'c1' }).length > 0;
      sent += 1
    ) {
      simulator.runtime.send(id, chunk, 'test');
      await other.roundTrip();
    }
    const notes = simulator.journal.entries({ match: ({ kind }) => kind === 'note' });
    expect(notes).toMatchObject([{ connection: id, text: expect.stringContaining('too slowly') }]);
    other.send('REQUESTED');
    expect(await other.next()).toEqual({ action: 'OK' });
  },
  async maxJournalEntries() {
    const simulator = await listen({ maxJournalEntries: 10 });
    for (let asked = 0; asked < 20; asked += 1) await post(simulator, '/sessions', {});
    const kept = simulator.journal.entries();
    expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, index) => 31 + index));
  },
  async maxJournalCharacters() {
    const simulator = await listen({ maxJournalCharacters: 20_000 });
    for (let asked = 0; asked < 20; asked += 1) {
      await post(simulator, '/sessions', { sessionName: 'x'.repeat(5_000) });
    }
    const kept = simulator.journal.entries();
    expect(JSON.stringify(kept).length).toBeLessThan(30_000);
    expect(kept.at(-1)?.seq).toBe(40);
  },
};

describe('every limit, over a real socket', () => {
  it.each(Object.keys(LIMITS) as LimitName[])(
    '%s defends the process and nobody else suffers',
    async (name) => {
      await EXERCISES[name]();
      expect.hasAssertions();
    },
  );
});
