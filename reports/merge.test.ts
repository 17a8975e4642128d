import { expect, it } from 'vitest';
import { applyGate } from './gate.ts';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import { mergeResults } from './merge.ts';
import { resultSchema } from './result.ts';
import type { Result } from './result.ts';

function shard(result: Result, from: number, to: number): Result {
  return { ...result, rules: result.rules.slice(from, to) };
}

it('joins shards of one run into the whole', () => {
  const whole = faultyServer();
  const merged = mergeResults([
    shard(whole, 0, 5),
    { ...shard(whole, 5, 12), startedAt: '2026-11-22T09:14:09.120Z' },
  ]);
  expect(merged.rules).toEqual(whole.rules);
  expect(merged.duration).toBe(whole.duration + 2000);
  expect(merged.seed).toBe(whole.seed);
  expect(resultSchema.parse(merged)).toEqual(merged);
});

it('lets a failure outweigh a pass, and a pass outweigh what was not seen', () => {
  const merged = mergeResults([conformingServer(), faultyServer()]);
  const verdictOf = (id: string): string | undefined => merged.rules.find((rule) => rule.id === id)?.verdict;
  expect(verdictOf('server/limit/list-active-sessions')).toBe('fail');
  const unseen = conformingServer();
  unseen.rules[0] = { ...unseen.rules[0]!, verdict: 'not-observable', exercised: 0 };
  const [first] = mergeResults([unseen, conformingServer()]).rules;
  expect(first).toMatchObject({ verdict: 'pass', exercised: 60 });
});

it('adds coverage up and keeps what cannot be added out', () => {
  const { coverage } = mergeResults([conformingServer(), conformingServer()]);
  expect(coverage?.transitions[0]?.count).toBe(2 * conformingServer().coverage!.transitions[0]!.count);
  expect(coverage).not.toHaveProperty('pairs');
});

it('keeps the first reading of an ambiguity beside what the shards saw, so that --strict holds the whole to it', () => {
  const question = 'Does a refused create ping?';
  const seen = (observed: string | undefined): Result => ({
    ...conformingServer(),
    ambiguities: [{ id: 'AMB-5', question, assumed: 'yes', ...(observed && { observed }) }],
  });
  const problemsOf = (...readings: (string | undefined)[]): number =>
    applyGate(mergeResults(readings.map(seen)), { strict: true, today: '2026-11-22' }).gate?.problems
      .length ?? 0;
  expect([problemsOf('yes', 'yes'), problemsOf('yes', undefined)]).toEqual([0, 0]);
  expect([problemsOf('yes', 'no'), problemsOf(undefined, 'no')]).toEqual([1, 1]);
});

it('is complete only if every shard is, and tells different seeds', () => {
  const merged = mergeResults([conformingServer(), { ...conformingServer(), complete: false, seed: 7 }]);
  expect(merged.complete).toBe(false);
  expect(merged).not.toHaveProperty('seed');
  expect(merged.notes.at(-1)).toBe('Merged from 2 results with the seeds 1207964, 7.');
});

it('refuses what does not belong together', () => {
  expect(() => mergeResults([])).toThrow('expected at least one result');
  expect(() => mergeResults([conformingServer(), faultyClient()])).toThrow(
    /one kind, got "server" and "client"/,
  );
  const other = { ...conformingServer(), subject: { name: 'elsewhere', facts: {} } };
  expect(() => mergeResults([conformingServer(), other])).toThrow(/one subject.*drisc report compare/);
});
