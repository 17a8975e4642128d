import { afterEach, describe, expect, it } from 'vitest';
import { connect, create, request } from '../test/socket-device.ts';
import { createVirtualClock } from './clock.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator, SimulatorOptions } from './index.ts';
import { createMemoryStore } from './store/memory-store.ts';
import type { PoolStore } from './store/pool-store.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

/** A shared store that is away for as many steps as told, after those before. */
function createFlakyStore(): PoolStore & { away: number; before: number } {
  const store = createMemoryStore();
  return {
    ...store,
    before: 0,
    away: 0,
    update(key, step) {
      if (this.before > 0) this.before -= 1;
      else if (this.away > 0) {
        this.away -= 1;
        return Promise.reject(new Error('the store is away'));
      }
      return store.update(key, step);
    },
  };
}

async function listen(options: SimulatorOptions = {}) {
  const store = createFlakyStore();
  const simulator = createSimulator({ offers: [{ id: 'S1', limit: 9 }], store, ...options });
  open.push(simulator);
  await simulator.listen();
  return { simulator, store };
}

/** The notes that the simulator has written about itself. */
function notes(simulator: Simulator): string[] {
  const entries = simulator.journal.entries({ match: ({ kind }) => kind === 'note' });
  return entries.map((entry) => (entry.kind === 'note' ? entry.text : '').split('\n', 1)[0]!);
}

const AWAY = 'fault of the simulator: Error: the store is away';

describe('a store that is away for a moment', () => {
  it('costs a client the frame that came then, and nobody anything else', async () => {
    const { simulator, store } = await listen();
    const device = await connect(await create(simulator));
    await device.roundTrip();
    store.away = 1;
    device.send('REQUESTED');
    await expect.poll(() => notes(simulator)).toEqual([AWAY]);
    const [note] = simulator.journal.entries({ match: ({ kind }) => kind === 'note' });
    expect(note?.connection).toBe(simulator.runtime.connections()[0]?.connection.id);
    device.send('REQUESTED');
    expect(await device.next()).toEqual({ action: 'OK' });
  });

  it('ends nothing when a connection opens or closes then', async () => {
    const { simulator, store } = await listen();
    const endpoint = await create(simulator);
    store.away = 1;
    const device = await connect(endpoint);
    await expect.poll(() => notes(simulator)).toEqual([AWAY]);
    device.send('REQUESTED');
    expect(await device.next()).toEqual({ action: 'OK' });
    store.away = 1;
    device.socket.close();
    await expect.poll(() => notes(simulator)).toEqual([AWAY, AWAY]);
    expect(simulator.runtime.connections()).toEqual([]);
  });

  it('holds up no other timer', async () => {
    const clock = createVirtualClock();
    const { simulator, store } = await listen({ clock });
    await create(simulator, 'Never connects');
    await clock.advance(1_000);
    await create(simulator, 'Nor does this one');
    await clock.advance(28_999);
    store.away = 1;
    await simulator.advance(1);
    expect(notes(simulator)).toEqual([AWAY]);
    const fired = await simulator.advance(1_000);
    expect(fired.map(({ timer }) => timer)).toContain('pendingTimeout');
    expect((await simulator.sessions.list()).map(({ name }) => name)).toEqual(['Never connects']);
  });

  it('does not end the periodic PING of its pool', async () => {
    const clock = createVirtualClock();
    const { simulator, store } = await listen({ clock, settings: { pingInterval: 10_000 } });
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    store.away = 1;
    await clock.advance(10_000);
    expect(notes(simulator)).toEqual([AWAY]);
    await clock.advance(10_000);
    expect(await device.next()).toEqual({ action: 'PING' });
  });

  it('is no end of the process where a timer of the real clock rings then', async () => {
    const { simulator, store } = await listen({ settings: { pendingTimeout: 50 } });
    Object.assign(store, { before: 1, away: 1 });
    await create(simulator);
    await expect.poll(() => notes(simulator)).toEqual([AWAY]);
  });

  it('keeps no later frame back where the one before was late', async () => {
    const clock = createVirtualClock();
    const { simulator, store } = await listen({ clock });
    simulator.faults.add({ kind: 'delay-frame', direction: 'in', delay: 1_000, times: 1 });
    const device = await request(simulator);
    device.send('REQUESTED');
    await device.roundTrip();
    store.away = 1;
    await clock.advance(1_000);
    expect(notes(simulator)).toEqual([AWAY]);
    expect(await device.next()).toEqual({ action: 'OK' });
  });

  it.each([0, 1_000])('ends nothing where a fault strikes then, after %d ms', async (after) => {
    const clock = createVirtualClock();
    const { simulator, store } = await listen({ clock });
    await create(simulator);
    store.away = 1;
    simulator.faults.add({ kind: 'expire-session', upon: 'now', after });
    await clock.advance(after);
    await simulator.settled();
    expect(notes(simulator)).toEqual([AWAY]);
  });
});

function throwNoSuchMember(): boolean {
  throw new Error('no such member');
}

describe('a listener of the journal that throws', () => {
  it('is noted once, and keeps nothing from anybody', async () => {
    const { simulator } = await listen();
    const heard: string[] = [];
    simulator.journal.subscribe(({ kind }) => {
      throw new Error(`no ${kind} here`);
    });
    simulator.journal.subscribe(({ kind }) => void heard.push(kind));
    const device = await request(simulator);
    expect(await device.next()).toEqual({ action: 'OK' });
    expect(notes(simulator)).toEqual(['fault of a listener of the journal: Error: no request here']);
    expect(heard).toEqual(simulator.journal.entries().map(({ kind }) => kind));
  });

  it('has whoever waits with a search that throws hear of it', async () => {
    const { simulator } = await listen();
    const waiting = simulator.journal.wait({ match: throwNoSuchMember });
    await Promise.all([expect(waiting).rejects.toThrow('no such member'), create(simulator)]);
  });
});
