import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { create } from '../test/socket-device.ts';
import { createVirtualClock } from './clock.ts';
import { createSimulator } from './simulator.ts';

describe('a virtual clock', () => {
  it('is advanced by one after the other, and never runs backwards', async () => {
    const clock = createVirtualClock(0);
    const rang: [string, number][] = [];
    const ring = (name: string) => async (): Promise<void> => {
      rang.push([name, clock.now()]);
      await pause(5);
      rang.push([name, clock.now()]);
    };
    clock.setAlarm(500, ring('early'));
    clock.setAlarm(5_000, ring('late'));
    const reached = [1_000, 10_000, 0].map((by) => clock.advance(by).then(() => clock.now()));
    expect(await Promise.all(reached)).toEqual([1_000, 11_000, 11_000]);
    expect(rang).toEqual([
      ['early', 500],
      ['early', 500],
      ['late', 5_000],
      ['late', 5_000],
    ]);
  });

  it('takes no time that would run backwards, and goes on', async () => {
    const clock = createVirtualClock(0);
    const [refused, advanced] = [clock.advance(-1), clock.advance(10)];
    await expect(refused).rejects.toThrow(TypeError);
    await advanced;
    expect(clock.now()).toBe(10);
  });

  it('tells whoever advances it what has fired for them, and for nobody else', async () => {
    await using simulator = createSimulator({
      offers: [{ id: 'S1' }],
      clock: createVirtualClock(0),
      settings: { pendingTimeout: 30_000 },
    });
    await simulator.listen();
    await create(simulator, 'One');
    await simulator.advance(10_000);
    await create(simulator, 'Two');
    const fired = await Promise.all([simulator.advance(20_000), simulator.advance(20_000)]);
    expect(fired.map((timers) => timers.map(({ at }) => at))).toEqual([[30_000], [40_000]]);
    expect(simulator.clock.now()).toBe(50_000);
  });
});
