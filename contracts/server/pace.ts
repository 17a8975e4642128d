import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/** Resolves when the next request may be sent. */
export type Pace = () => Promise<void>;

/** At most `perSecond` requests and connections a second, evenly spread; no bound where that is `Infinity`. */
export function createPace(perSecond: number): Pace {
  if (perSecond === Infinity) return async () => {};
  const gap = 1000 / perSecond;
  let next = 0;
  return async () => {
    const now = performance.now();
    next = Math.max(now, next + gap);
    if (next > now) await setTimeout(next - now);
  };
}
