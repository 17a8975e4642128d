import { performance } from 'node:perf_hooks';
import type { Step } from './conversation.ts';

/** How much work shrinking may be: a number of runs of the subject, and milliseconds. */
const MAX_RUNS = 80;
const MAX_TIME = 15_000;

/**
 * Finds a short conversation that still fails: leaves out whole devices first, then runs of steps, then single steps,
 * for as long as something can be left out; then a takeover becomes a create where that will do.
 * @param stillFails holds a conversation with the subject and says whether the same rule breaks.
 */
export async function shrinkConversation(
  steps: readonly Step[],
  stillFails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let best = steps;
  let runs = 0;
  const start = performance.now();
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (const candidate of shorterThan(best)) {
      if ((runs += 1) > MAX_RUNS || performance.now() - start > MAX_TIME) return best;
      if (!(await stillFails(candidate))) continue;
      best = candidate;
      shrunk = true;
      break;
    }
  }
  return best;
}

function* shorterThan(steps: readonly Step[]): Generator<readonly Step[]> {
  const devices = new Set(steps.flatMap((step) => (step.do === 'wait' ? [] : [step.device])));
  for (const name of devices) {
    const without = steps.filter((step) => !involves(step, name));
    if (without.length < steps.length) yield without;
  }
  for (let length = steps.length >> 1; length >= 1; length >>= 1) {
    for (let start = steps.length - length; start >= 0; start -= length) yield steps.toSpliced(start, length);
  }
  for (const [index, step] of steps.entries()) {
    if (step.do === 'takeover') yield steps.with(index, { do: 'create', device: step.device });
  }
}

function involves(step: Step, device: string): boolean {
  if (step.do === 'wait') return false;
  return step.device === device || (step.do === 'takeover' && step.victim === device);
}
