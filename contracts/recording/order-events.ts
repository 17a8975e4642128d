import { INSTANT } from '../trace/trace.ts';
import type { TraceEvent } from '../trace/trace.ts';

/** Puts events in order of time; what was recorded at one time keeps its order, and times tell it. */
export function orderEvents(events: readonly TraceEvent[]): TraceEvent[] {
  const sorted = events.toSorted((a, b) => a.at - b.at);
  let last = -Infinity;
  for (const event of sorted) {
    last = Math.max(event.at, last + INSTANT);
    (event as { at: number }).at = last;
  }
  return sorted;
}

/** The action of a frame, where it is a JSON object that has one. */
export function readAction(raw: string, binary: boolean): string | undefined {
  if (binary) return undefined;
  try {
    const { action } = JSON.parse(raw) as { action?: unknown };
    return typeof action === 'string' ? action : undefined;
  } catch {
    return undefined;
  }
}
