import { expect, it } from 'vitest';
import { ALL_RULES } from './all-rules.ts';
import { RULES_OF_TRAFFIC } from './rules-of-traffic.ts';

it('names every rule of the catalogue beside some traffic, and none that there is not', () => {
  const named = new Set<string>(Object.values(RULES_OF_TRAFFIC).flat());
  const known = ALL_RULES.map(({ id }) => id);
  expect([...named].filter((id) => !known.includes(id))).toEqual([]);
  expect(known.filter((id) => !named.has(id))).toEqual([]);
});

it('names no rule twice for one kind of traffic', () => {
  const twice = Object.values(RULES_OF_TRAFFIC).filter((ids) => new Set<string>(ids).size < ids.length);
  expect(twice).toEqual([]);
});
