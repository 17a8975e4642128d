import type { Situation, Step } from '../client/situation.ts';

/**
 * Finds a short situation that still breaks the same rule: leaves out runs of steps, then single ones, as long as
 * something can be left out. The client starts anew for each try.
 * @param stillBreaks plays a situation and says whether the rule breaks.
 * @param budget how many situations may be played.
 */
export async function shrinkSituation(
  situation: Situation,
  stillBreaks: (situation: Situation) => Promise<boolean>,
  budget: number,
): Promise<Situation> {
  let best = situation;
  let left = budget;
  for (let shrunk = true; shrunk;) {
    shrunk = false;
    for (const steps of shorterThan(best.steps)) {
      if (left === 0) return best;
      left -= 1;
      const candidate = { ...best, steps };
      if (!(await stillBreaks(candidate))) continue;
      best = candidate;
      shrunk = true;
      break;
    }
  }
  return best;
}

function* shorterThan(steps: readonly Step[]): Generator<readonly Step[]> {
  for (let length = steps.length >> 1; length >= 1; length >>= 1) {
    for (let start = steps.length - length; start >= 0; start -= length) yield steps.toSpliced(start, length);
  }
}
