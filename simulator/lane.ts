import type { Clock } from './clock.ts';

/** One direction of a connection. What is delayed holds up whatever comes after it, as TCP does. */
export interface Lane {
  /** Does the work after `delay` milliseconds; at once where that is 0 and nothing is under way before it. */
  push(delay: number, work: () => void | Promise<void>): void | Promise<void>;
  /** Forgets what is still under way. */
  clear(): void;
}

/** @param onFault hears of work that fails when its time has come; what comes after it is not held up */
export function createLane(clock: Clock, onFault: (error: unknown) => void): Lane {
  const queue: { due: number; work: () => void | Promise<void> }[] = [];
  let cancelAlarm: (() => void) | undefined;

  function arm(): void {
    const [head] = queue;
    cancelAlarm = head && clock.setAlarm(head.due, ring);
  }

  async function ring(): Promise<void> {
    for (let head = queue[0]; head && head.due <= clock.now(); head = queue[0]) {
      try {
        await head.work();
      } catch (error) {
        onFault(error);
      }
      // Only now: what is pushed in the meantime must queue up behind it.
      if (queue[0] === head) queue.shift();
    }
    arm();
  }

  return {
    push(delay, work) {
      if (delay === 0 && queue.length === 0) return work();
      const due = Math.max(clock.now() + delay, queue.at(-1)?.due ?? 0);
      queue.push({ due, work });
      if (queue.length === 1) arm();
    },
    clear() {
      queue.length = 0;
      cancelAlarm?.();
    },
  };
}
