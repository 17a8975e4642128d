import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../clock.ts';
import { createFaults } from './faults.ts';

const frame = (action: string) => ({ direction: 'out', action });

/** Whether a fault with a probability of a quarter strikes, 400 times in a row. */
function draw(seed: number, others: number): boolean[] {
  const faults = createFaults(createVirtualClock(), seed);
  for (let i = 0; i < others; i += 1)
    faults.add({ kind: 'repeat-frame', name: `other ${i}`, probability: 0.5 });
  faults.add({ kind: 'lose-frame', probability: 0.25 });
  return Array.from({ length: 400 }, () =>
    faults.strike('frame', {}, frame('OK')).some(({ fault }) => fault.kind === 'lose-frame'),
  );
}

describe('the faults of a simulator', () => {
  it('strike as often as they are told, and no longer than they are told', async () => {
    const clock = createVirtualClock();
    const faults = createFaults(clock, 1);
    faults.add({ kind: 'lose-frame', times: 2 });
    faults.add({ kind: 'delay-frame', duration: 1_000 });
    const names = () => faults.strike('frame', {}, frame('OK')).map(({ fault }) => fault.name);
    expect([names(), names(), names()]).toEqual([
      ['lose-frame', 'delay-frame'],
      ['lose-frame', 'delay-frame'],
      ['delay-frame'],
    ]);
    await clock.advance(1_000);
    expect(names()).toEqual([]);
    expect(faults.status()).toMatchObject([
      { struck: 2, left: 0, active: false },
      { struck: 3, active: false },
    ]);
  });

  it('strike only in their scope', () => {
    const faults = createFaults(createVirtualClock(), 1);
    const scope = { publisherId: 'p', customerId: 'c', sessionId: 's', connection: 2 };
    faults.add({ kind: 'lose-frame', action: 'OK', direction: 'out', scope });
    const subject = { publisherId: 'p', customerId: 'c', offerId: 'o', sessionId: 's', nth: 2 };
    const strikes = (changes: object, facts = frame('OK')) =>
      faults.strike('frame', { ...subject, ...changes }, facts).length > 0;
    expect(strikes({})).toBe(true);
    const others = [
      { publisherId: 'q' },
      { customerId: 'd' },
      { sessionId: 't' },
      { nth: 1 },
      { nth: undefined },
    ];
    expect(others.map((other) => strikes(other))).toEqual(others.map(() => false));
    expect(strikes({}, frame('PING'))).toBe(false);
    expect(strikes({}, { direction: 'in', action: 'OK' })).toBe(false);
  });

  it('draw from the seed, each its own numbers, whatever else there is', () => {
    const drawn = draw(7, 0);
    expect(draw(7, 3)).toEqual(drawn);
    expect(draw(8, 0)).not.toEqual(drawn);
    expect(drawn.filter(Boolean).length).toBeGreaterThan(60);
    expect(drawn.filter(Boolean).length).toBeLessThan(140);
  });

  it('replace one of the same name, and go when they are removed', () => {
    const faults = createFaults(createVirtualClock(), 1);
    faults.add({ kind: 'lose-frame', name: 'a' });
    faults.add({ kind: 'repeat-frame', name: 'a' });
    expect(faults.list().map(({ kind }) => kind)).toEqual(['repeat-frame']);
    expect([faults.remove('a'), faults.remove('a')]).toEqual([true, false]);
    expect(faults.list()).toEqual([]);
  });

  it.each([
    [{ kind: 'lose-frames' }, /kind/],
    [{ kind: 'lose-frame', action: 'ok' }, /action/],
    [{ kind: 'http-error', status: 200 }, /status/],
    [{ kind: 'http-error', delay: 5 }, /delay/],
    [{ kind: 'delay-frame', delay: -1 }, /delay/],
    [{ kind: 'lose-frame', probability: 2 }, /probability/],
    [{ kind: 'lose-frame', scope: { customer: 'c' } }, /customer/],
  ])('refuse %j', (fault, message) => {
    const faults = createFaults(createVirtualClock(), 1);
    expect(() => faults.add(fault as never)).toThrow(message);
    expect(() => faults.add(fault as never)).toThrow(TypeError);
  });
});
