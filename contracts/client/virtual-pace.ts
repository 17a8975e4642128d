import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../simulator/clock.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Pace } from './pace.ts';

interface Alarm {
  readonly due: number;
  readonly ring: () => Promise<void>;
}

/** Turns of the event loop without news after which nothing is under way any more. */
const QUIET_TURNS = 4;

/**
 * Time that stands still until the harness waits, and then goes from alarm to alarm. For a client in this process that
 * takes its time from the case: minutes pass in milliseconds, and always in the same way.
 */
export function createVirtualPace(): Pace {
  let now = 0;
  let busy: (() => boolean) | undefined;
  const alarms = new Set<Alarm>();
  const clock: Clock = {
    now: () => START + now,
    setAlarm(due, ring) {
      const alarm = { due: due - START, ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
  };

  function earliest(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of alarms) if (!first || alarm.due < first.due) first = alarm;
    return first;
  }

  async function settle(recorder: Recorder): Promise<void> {
    for (let quiet = 0, seen = -1; quiet < QUIET_TURNS;) {
      await setImmediate();
      quiet = busy?.() || recorder.events.length !== seen ? 0 : quiet + 1;
      seen = recorder.events.length;
    }
  }

  return {
    clock,
    attend: (isBusy) => void (busy = isBusy),
    async until(recorder, holds, milliseconds) {
      const deadline = now + milliseconds;
      for (;;) {
        await settle(recorder);
        if (holds()) return true;
        const alarm = earliest();
        if (!alarm || alarm.due > deadline) {
          now = deadline;
          return holds();
        }
        alarms.delete(alarm);
        now = Math.max(now, alarm.due);
        await alarm.ring();
      }
    },
    lateness: () => 0,
    close: () => alarms.clear(),
  };
}

/** 2026-01-01, in milliseconds since the epoch: tokens have to be good for a while. */
const START = Date.UTC(2026, 0, 1);
