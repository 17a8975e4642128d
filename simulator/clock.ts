import { createTurns } from './turns.ts';

/** The one source of time: deadlines, token expiry and journal timestamps follow it. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /**
   * Rings once, at `due` or as soon after as it can; `ring` must not reject, for nobody hears of it. Returns what takes
   * the alarm back.
   */
  setAlarm(due: number, ring: () => Promise<void>): () => void;
}

/** The clock on the wall. Its alarms do not keep a process alive. */
export function createRealClock(): Clock {
  return {
    now: () => Date.now(),
    setAlarm(due, ring) {
      const handle = setTimeout(() => void ring(), Math.min(Math.max(0, due - Date.now()), LONGEST_TIMEOUT));
      // In a page a timer is a number, and keeps nothing alive.
      if (typeof handle === 'object') handle.unref();
      return () => clearTimeout(handle);
    },
  };
}

/** Past this, Node's timers ring at once; whoever set the alarm looks at the time and sets it again. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** A clock that stands still until it is advanced. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `milliseconds`, stopping at each alarm on the way, in order. Resolves when all that came due has
   * been carried out. Asked for while time is being moved on already, it begins where that ends: an alarm must not wait
   * for it.
   * @throws {TypeError} when time would run backwards.
   */
  advance(milliseconds: number): Promise<void>;
}

/** Whether a clock stands still until it is advanced. */
export function isVirtual(clock: Clock): clock is VirtualClock {
  return 'advance' in clock;
}

interface Alarm {
  due: number;
  ring: () => Promise<void>;
}

/** @param start milliseconds since the epoch; 2026-01-01 unless told. */
export function createVirtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  const alarms = new Set<Alarm>();
  const inTurn = createTurns();

  function nextAlarm(until: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of alarms) {
      if (alarm.due <= until && (!next || alarm.due < next.due)) next = alarm;
    }
    return next;
  }

  async function moveOn(until: number): Promise<void> {
    for (let alarm = nextAlarm(until); alarm; alarm = nextAlarm(until)) {
      alarms.delete(alarm);
      now = Math.max(now, alarm.due);
      await alarm.ring();
    }
    now = until;
  }

  return {
    now: () => now,
    setAlarm(due, ring) {
      const alarm = { due, ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advance(milliseconds) {
      if (milliseconds >= 0) return inTurn(() => moveOn(now + milliseconds));
      return Promise.reject(new TypeError(`advance: expected 0 ms or more, got ${milliseconds}`));
    },
  };
}
