import { describe, expect, it } from 'vitest';
import { createSimulator, createVirtualClock } from '../simulator/index.ts';
import type { FiredTimer, Simulator, VirtualClock } from '../simulator/index.ts';
import { connect, post, request } from './socket-device.ts';
import type { SocketDevice } from './socket-device.ts';

const S1 = { offerId: 'S1' };
const HOUR = 3_600_000;

/** Limit and takeover, up to the moment when only time is missing: the device that plays does not answer its PING. */
async function reachTheDeadline(simulator: Simulator, customerId: string): Promise<SocketDevice> {
  const asking = { customerId };
  const sofa = await request(simulator, `Sofa of ${customerId}`, asking);
  expect(await sofa.next()).toEqual({ action: 'OK' });
  const refused = await post(simulator, '/sessions', { ...S1, sessionName: 'Bed' }, asking);
  expect(refused.status).toBe(403);
  const { details } = await refused.json();
  // Nobody else's: each customer sees one session, its own.
  expect(details.activeSessions.map(({ name }: any) => name)).toEqual([`Sofa of ${customerId}`]);
  expect(await sofa.next()).toEqual({ action: 'PING' });
  const { sessionId } = details.activeSessions[0];
  const body = { ...S1, sessionId, sessionName: `Bed of ${customerId}` };
  const taken = await post(simulator, '/takeover', body, asking);
  expect(taken.status).toBe(200);
  expect(await sofa.next()).toEqual({ action: 'TAKE_OVER', sessionName: `Bed of ${customerId}` });
  expect(await sofa.closed).toBe(1000);
  const bed = await connect(((await taken.json()) as { endpoint: string }).endpoint);
  bed.send('REQUESTED');
  expect(await bed.next()).toEqual({ action: 'OK' });
  expect((await post(simulator, '/sessions', S1, asking)).status).toBe(403);
  expect(await bed.next()).toEqual({ action: 'PING' });
  return bed;
}

async function withSimulator(
  options: Parameters<typeof createSimulator>[0],
  run: (simulator: Simulator, clock: VirtualClock) => Promise<void>,
): Promise<void> {
  const clock = createVirtualClock();
  await using simulator = createSimulator({ clock, offers: [{ id: 'S1', limit: 1 }], ...options });
  await simulator.listen();
  await run(simulator, clock);
}

describe('many at once', () => {
  it(
    '500 customers reach the limit, take over and miss a PONG in parallel, none in the way of another',
    { timeout: 120_000 },
    async () => {
      await withSimulator({}, async (simulator) => {
        const begun = performance.now();
        const customers = Array.from({ length: 500 }, (_, index) => `customer ${index}`);
        const beds = await Promise.all(
          customers.map((customerId) => reachTheDeadline(simulator, customerId)),
        );
        expect(await simulator.advance(4_999)).toEqual([]);
        const fired = await simulator.advance(1);
        expect(fired.map(({ customerId }) => customerId).sort()).toEqual([...customers].sort());
        expect(new Set(fired.map(({ timer }) => timer))).toEqual(new Set(['pongTimeout']));
        expect(await Promise.all(beds.map(({ closed }) => closed))).toEqual(customers.map(() => 1008));
        const again = customers.map((customerId) => post(simulator, '/sessions', S1, { customerId }));
        expect((await Promise.all(again)).map(({ status }) => status)).toEqual(customers.map(() => 200));
        // A reset of one is a reset of one.
        await simulator.reset({ customerId: 'customer 7' });
        expect(await simulator.sessions.list()).toHaveLength(499);
        console.log(
          `500 customers in ${Math.round(performance.now() - begun)} ms, deadlines of 5 s included`,
        );
      });
    },
  );

  it(
    '24 hours pass over 1,000 sessions, and what fires is exact and in order',
    { timeout: 120_000 },
    async () => {
      const settings = { pingInterval: HOUR };
      await withSimulator({ settings, offers: [{ id: 'S1', limit: 4 }] }, async (simulator, clock) => {
        const expected: Pick<FiredTimer, 'at' | 'timer' | 'customerId'>[] = [];
        const start = clock.now();
        // Every tenth is mute, every tenth never connects; the rest answer for ever.
        for (let index = 0; index < 1_000; index += 1) {
          const customerId = String(index).padStart(4, '0');
          const customer = { customerId, publisherId: '1000' };
          const born = clock.now();
          if (index % 10 === 1) {
            await simulator.runtime.create(customer, { sessionName: '', choice: S1 });
            expected.push({ at: born + 30_000, timer: 'pendingTimeout', customerId });
            // Its pool is gone by then, and one PING finds nobody.
            expected.push({ at: born + HOUR, timer: 'pingInterval', customerId });
          } else {
            const behaviour = index % 10 === 0 ? ('mute' as const) : ('obedient' as const);
            await simulator.ghost({ name: customerId, customer, choice: S1, behaviour }).create();
            const last = behaviour === 'mute' ? 2 : 24;
            for (let hour = 1; hour <= last; hour += 1) {
              const at = born + hour * HOUR;
              if (at <= start + 24 * HOUR) expected.push({ at, timer: 'pingInterval', customerId });
            }
            if (behaviour === 'mute')
              expected.push({ at: born + HOUR + 5_000, timer: 'pongTimeout', customerId });
          }
          await clock.advance(7);
        }
        const rest = start + 24 * HOUR - clock.now();
        const begun = performance.now();
        const fired = await simulator.advance(rest);
        const took = Math.round(performance.now() - begun);
        const order = (timers: typeof expected) =>
          timers.map(({ at, timer, customerId }) => `${at - start} ${timer} ${customerId}`);
        expected.sort((a, b) => a.at - b.at);
        expect(order(fired)).toEqual(order(expected));
        expect(await simulator.sessions.list()).toHaveLength(800);
        console.log(`24 h with 1,000 sessions: ${fired.length} timers fired in ${took} ms`);
      });
    },
  );
});
