import { expect, it } from 'vitest';
import { createPatience } from './patience.ts';

it('waits shorter for what never came in four cases, and for nothing else', () => {
  const patience = createPatience();
  for (let miss = 0; miss < 3; miss += 1) patience.note('pong', false);
  expect(patience.allow('pong', 7_000)).toBe(7_000);
  patience.note('pong', false);
  expect(patience.allow('pong', 7_000)).toBe(700);
  expect(patience.allow('pong', 100)).toBe(100);
  expect(patience.allow('playing', 4_000)).toBe(4_000);
});

it('never waits shorter for what came once', () => {
  const patience = createPatience();
  patience.note('pong', false);
  patience.note('pong', true);
  for (let miss = 0; miss < 9; miss += 1) patience.note('pong', false);
  expect(patience.allow('pong', 7_000)).toBe(7_000);
});
