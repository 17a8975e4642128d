import type { Situation, Step } from './situation.ts';

const USER_STEPS: ReadonlySet<Step['do']> = new Set(['start', 'stop', 'end', 'take-over', 'reload']);

/** The situations as far as a client goes that nobody can tell anything: up to the second thing that a user would do. */
export function withoutDriver(situations: readonly Situation[]): Situation[] {
  return situations.flatMap((situation) => {
    const [first, second] = situation.steps.flatMap((step, index) =>
      USER_STEPS.has(step.do) ? [index] : [],
    );
    if (first === undefined) return [];
    const steps = second === undefined ? situation.steps : situation.steps.slice(0, second);
    return [{ ...situation, steps }];
  });
}
