import type { SayingStep, Step } from './scenario.ts';

/** Everything that steps say of an actor, wherever it stands; what is repeated once for each time. */
export function listSayings(steps: readonly Step[]): SayingStep[] {
  return steps.flatMap((step) => {
    switch (step.type) {
      case 'say':
        return [step];
      case 'never':
        return [];
      case 'any-order':
        return step.steps;
      case 'one-of':
        return listSayings(step.branches.flat());
      case 'repeat':
        return Array.from({ length: step.times }, () => listSayings(step.steps)).flat();
    }
  });
}
