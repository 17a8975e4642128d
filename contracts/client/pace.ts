import { setTimeout as sleep } from 'node:timers/promises';
import { createRealClock } from '../../simulator/clock.ts';
import type { Clock } from '../../simulator/clock.ts';
import type { Recorder } from '../trace/recorder.ts';

/** How time passes in a case, and how the harness waits. */
export interface Pace {
  readonly clock: Clock;
  /** Names what may be under way where the clock cannot see it; virtual time waits for it. */
  attend(isBusy: () => boolean): void;
  /** Resolves as soon as `holds` does, or with `false` after `milliseconds`. Looks again after each event. */
  until(recorder: Recorder, holds: () => boolean, milliseconds: number): Promise<boolean>;
  /** The longest the harness itself was late between two times of the clock, in milliseconds. */
  lateness(from: number, until: number): number;
  close(): void;
}

/** How often the harness looks whether it is on time, in milliseconds. */
const LOOK_EVERY = 20;

/** Time as it is. */
export function createRealPace(): Pace {
  const clock = createRealClock();
  const late: { at: number; by: number }[] = [];
  let expected = clock.now() + LOOK_EVERY;
  const watch = setInterval(() => {
    const now = clock.now();
    if (now - expected > LOOK_EVERY) late.push({ at: now, by: now - expected });
    expected = now + LOOK_EVERY;
  }, LOOK_EVERY);
  watch.unref();
  return {
    clock,
    attend: () => {},
    async until(recorder, holds, milliseconds) {
      if (holds()) return true;
      const timeout = new AbortController();
      const held = new Promise<boolean>((resolve) => {
        const unsubscribe = recorder.subscribe(() => {
          if (holds()) resolve(true);
        });
        timeout.signal.addEventListener('abort', unsubscribe);
      });
      const over = sleep(milliseconds, false, { signal: timeout.signal }).catch(() => false);
      const result = await Promise.race([held, over]);
      timeout.abort();
      return result || holds();
    },
    lateness: (from, until) =>
      late.reduce((most, { at, by }) => (at >= from && at - by <= until ? Math.max(most, by) : most), 0),
    close: () => clearInterval(watch),
  };
}
