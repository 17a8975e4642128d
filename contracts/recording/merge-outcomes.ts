import type { Outcome } from '../verdict.ts';

/** Of what one device shows at different times the worst counts, and a doubt outweighs that it held otherwise. */
const WEIGHT: readonly Outcome['kind'][] = ['held', 'not-observable', 'violated'];

const weighs = ({ kind }: Outcome): number => WEIGHT.indexOf(kind);

/** Joins what was found of a device before, and is forgotten, with what is found of it now: one word on each rule. */
export function mergeOutcomes(past: readonly Outcome[], present: readonly Outcome[]): Outcome[] {
  const before = new Map<string, Outcome>();
  for (const outcome of past) {
    const known = before.get(outcome.rule);
    if (!known || weighs(known) < weighs(outcome)) before.set(outcome.rule, outcome);
  }
  for (const outcome of present) {
    const known = before.get(outcome.rule);
    // What is still there shows a failure best.
    if (known && weighs(known) <= weighs(outcome)) before.delete(outcome.rule);
  }
  return [...before.values(), ...present.filter(({ rule }) => !before.has(rule))];
}
