import { performance } from 'node:perf_hooks';

/** Milliseconds between two looks at the clock. */
const BEAT = 20;

/** Knows when this process did not get to run, so that no server is blamed for what we did not see in time. */
export interface StallWatch extends Disposable {
  /** The longest time for which nothing could be done since a moment of `performance.now()`, in milliseconds. */
  longestSince(moment: number): number;
}

export function watchForStalls(): StallWatch {
  const stalls: { at: number; length: number }[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const length = now - last - BEAT;
    if (length > BEAT) stalls.push({ at: now, length });
    last = now;
  }, BEAT);
  timer.unref();
  return {
    longestSince(moment) {
      const open = performance.now() - last - BEAT;
      const past = stalls.filter(({ at }) => at >= moment).map(({ length }) => length);
      return Math.max(0, open, ...past);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
