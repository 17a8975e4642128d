import { INSTANT } from './trace.ts';
import type { Trace, TraceEvent, TraceFact } from './trace.ts';

/** Writes a trace down while it happens, and tells who waits for something. */
export interface Recorder {
  /** Milliseconds since the recording began. */
  now(): number;
  record(fact: TraceFact, injected?: string): TraceEvent;
  /** Takes back what did not come about after all. */
  retract(event: TraceEvent): void;
  /** Writes down what becomes known only later, right after or before the event that it belongs to. */
  insert(fact: TraceFact, place: { after: TraceEvent } | { before: TraceEvent }): void;
  readonly events: readonly TraceEvent[];
  /** Calls `listener` after each event; the result takes it off again. */
  subscribe(listener: (event: TraceEvent) => void): () => void;
  /** The trace up to now. */
  finish(): Trace;
}

/** @param clock gives milliseconds; only differences matter. */
export function createRecorder(clock: { now(): number }): Recorder {
  const began = clock.now();
  const events: TraceEvent[] = [];
  const listeners = new Set<(event: TraceEvent) => void>();
  const now = (): number => clock.now() - began;
  /** What happens in one millisecond still happens in an order, and times keep it. */
  const next = (): number => Math.max(now(), (events.at(-1)?.at ?? -INSTANT) + INSTANT);
  return {
    now,
    events,
    record(fact, injected) {
      const event: TraceEvent = { ...fact, at: next(), ...(injected === undefined ? {} : { injected }) };
      events.push(event);
      for (const listener of listeners) listener(event);
      return event;
    },
    retract(event) {
      const index = events.indexOf(event);
      if (index >= 0) events.splice(index, 1);
    },
    insert(fact, place) {
      const [known, index, shift] =
        'after' in place
          ? [place.after, events.indexOf(place.after) + 1, INSTANT / 2]
          : [place.before, events.indexOf(place.before), -INSTANT / 2];
      events.splice(index, 0, { ...fact, at: known.at + shift });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    finish: () => ({ events: [...events], end: next() }),
  };
}
