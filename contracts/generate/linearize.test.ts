import { describe, expect, it } from 'vitest';
import { linearize } from './linearize.ts';
import type { Operation } from './linearize.ts';

/** A register: `write 1` sets it, `read 1` must see it. */
const op = (name: string, start: number, end: number): Operation => ({ name, start, end });
const apply = (state: string, { name }: Operation): string | undefined => {
  const [action, value] = name.split(' ');
  if (action === 'write') return value;
  return state === value ? state : undefined;
};
const judge = (operations: Operation[], budget?: number) => linearize(operations, '0', apply, String, budget);

describe('linearize', () => {
  it('finds an order for what overlaps', () => {
    expect(judge([op('write 1', 0, 10), op('read 0', 1, 9), op('read 1', 2, 8)])).toBe('yes');
  });

  it('refuses an answer that came from the past', () => {
    expect(judge([op('write 1', 0, 1), op('read 0', 2, 3)])).toBe('no');
  });

  it('allows that what was never answered did not happen, or did', () => {
    expect(judge([op('write 1', 0, Infinity), op('read 0', 2, 3)])).toBe('yes');
    expect(judge([op('write 1', 0, Infinity), op('read 1', 2, 3)])).toBe('yes');
  });

  it('says that it does not know when it gives up', () => {
    const many = Array.from({ length: 12 }, (_, n) => op(`write ${n}`, 0, 10));
    expect(judge([...many, op('read x', 0, 10)], 100)).toBe('unknown');
  });
});
