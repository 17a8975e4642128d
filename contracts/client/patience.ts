import type { Awaitable } from './situation.ts';

/** How long the harness waits for what a client has never done so far. Shared by the cases of a run. */
export interface Patience {
  /** @param asked what the situation would wait, in milliseconds. */
  allow(what: Awaitable, asked: number): number;
  note(what: Awaitable, came: boolean): void;
}

/** How often something must have failed to come, with all the time that it may take, before waiting is cut short. */
const ENOUGH = 4;

/** Still long enough for a client that does it after all, in milliseconds; from then on it has all its time again. */
const SHORT = 700;

/**
 * Waits shorter for what never came in several cases: a client that answers no PING would cost seven seconds at each.
 * Those cases have shown the fault with all the time that it takes; a short wait shows no fault and excuses none.
 */
export function createPatience(): Patience {
  const misses = new Map<Awaitable, number>();
  return {
    allow: (what, asked) => ((misses.get(what) ?? 0) >= ENOUGH ? Math.min(asked, SHORT) : asked),
    note(what, came) {
      const known = misses.get(what) ?? 0;
      // What came once may come late the next time.
      misses.set(what, came ? -Infinity : known + 1);
    },
  };
}

/** For time that costs nothing, and for a case that stands alone. */
export const ALL_PATIENCE: Patience = { allow: (_, asked) => asked, note: () => {} };
