import { createVirtualClock } from '../../simulator/clock.ts';
import type { Clock } from '../../simulator/clock.ts';

/**
 * Time that stands still while anything is under way and then leaps to the next thing that is due. For players whose
 * simulator and client are in this process and follow the same clock.
 */
export interface VirtualTime {
  /** For the simulator, and for the client. */
  readonly clock: Clock;
  /** Resolves when nothing is under way that could go on without time, or when `isEnough` says so. */
  settle(isEnough: () => boolean): Promise<void>;
  /** Moves on to the next alarm, or to `due` where that is earlier. */
  advance(due: number): Promise<void>;
  /** Names work that goes on beside the clock, such as cryptography: time stands still until it is done. */
  during<Result>(work: Promise<Result>): Promise<Result>;
}

/** Turns of the event loop in which something may still come of what was just done. */
const TURNS = 4;

export function createVirtualTime(): VirtualTime {
  const virtual = createVirtualClock();
  const alarms = new Set<{ due: number }>();
  const working = new Set<Promise<unknown>>();

  const clock: Clock = {
    now: () => virtual.now(),
    setAlarm(due, ring) {
      const alarm = { due };
      alarms.add(alarm);
      const cancel = virtual.setAlarm(due, () => {
        alarms.delete(alarm);
        return ring();
      });
      return () => {
        alarms.delete(alarm);
        cancel();
      };
    },
  };

  return {
    clock,
    async settle(isEnough) {
      for (let quiet = 0; quiet < TURNS && !isEnough(); quiet += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (working.size === 0) continue;
        await Promise.allSettled([Promise.race(working)]);
        quiet = 0;
      }
    },
    async advance(due) {
      const next = Math.min(due, ...Array.from(alarms, (alarm) => alarm.due));
      await virtual.advance(Math.max(0, next - virtual.now()));
    },
    async during(work) {
      working.add(work);
      try {
        return await work;
      } finally {
        working.delete(work);
      }
    },
  };
}
