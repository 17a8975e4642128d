import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyEndpointToken } from '../../protocol/tokens.ts';
import { create } from '../../test/socket-device.ts';
import { createSimulator } from '../simulator.ts';
import type { Simulator } from '../simulator.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A simulator that verifies no token before as many as told have come. */
async function listen(maxConnections: number, together: number) {
  let come = 0;
  const gate = new EventEmitter();
  const released = once(gate, 'open');
  const simulator = createSimulator({
    offers: [{ id: 'S1', limit: 99 }],
    limits: { maxConnections },
    tamper: {
      async verifyEndpointToken(...token) {
        come += 1;
        if (come === together) gate.emit('open');
        await released;
        return verifyEndpointToken(...token);
      },
    },
  });
  await simulator.listen();
  endings.push(() => simulator.close());
  return { simulator, come: () => come };
}

/** What becomes of an attempt to connect. */
function attempt(endpoint: string): { socket: WebSocket; outcome: Promise<string> } {
  const socket = new WebSocket(endpoint);
  endings.push(() => socket.terminate());
  const outcome = new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', ({ message }) => resolve(message));
  });
  return { socket, outcome };
}

async function createMany(simulator: Simulator, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => create(simulator, `Device ${n}`)));
}

const REFUSED = 'Unexpected server response: 503';

describe('the number of connections', () => {
  it('is bounded for those, too, that come at the same moment', async () => {
    const { simulator } = await listen(3, 8);
    const attempts = (await createMany(simulator, 8)).map(attempt);
    const outcomes = await Promise.all(attempts.map(({ outcome }) => outcome));
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => REFUSED),
      'open',
      'open',
      'open',
    ]);
    const open = attempts.find((_, n) => outcomes[n] === 'open');
    open?.socket.terminate();
    await expect.poll(() => simulator.runtime.connections().length).toBe(2);
    expect(await attempt(await create(simulator)).outcome).toBe('open');
  });

  it('counts none that is refused, and none that went away before it was admitted', async () => {
    const { simulator, come } = await listen(1, 4);
    const [good, gone, late] = await createMany(simulator, 3);
    const leaving = attempt(gone!);
    await expect.poll(come).toBe(1);
    leaving.socket.terminate();
    const wrong = ['x', 'y', 'z'].map((more) => attempt(good! + more));
    expect(await Promise.all(wrong.map(({ outcome }) => outcome))).toEqual(
      Array.from({ length: 3 }, () => 'Unexpected server response: 401'),
    );
    await expect.poll(() => attempt(good!).outcome).toBe('open');
    expect(await attempt(late!).outcome).toBe(REFUSED);
  });
});
