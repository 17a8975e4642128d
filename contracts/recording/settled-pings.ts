import { readAction } from './order-events.ts';
import { keyOf } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';
import { PROMPTLY } from './session-life.ts';

type Frame = Extract<RecordedEntry, { kind: 'frame' }>;

/** The PINGs that are out on one connection. */
interface Waiting {
  count: number;
  /** The one that came when none was out. */
  first: Frame | undefined;
}

/**
 * The PINGs that were answered at once, each while no other one was out, and their answers: who leaves these out tells of
 * the same session, since they have come to nothing.
 * @param until only what came before, in milliseconds since the epoch
 */
export function findSettledPings(entries: readonly RecordedEntry[], until: number): Set<RecordedEntry> {
  const settled = new Set<RecordedEntry>();
  const connections = new Map<string | undefined, Waiting>();
  for (const entry of entries) {
    if (entry.kind !== 'frame' || entry.at >= until) continue;
    const key = keyOf(entry);
    const waiting = connections.get(key) ?? { count: 0, first: undefined };
    connections.set(key, waiting);
    const pair = hear(waiting, entry);
    for (const frame of pair) settled.add(frame);
  }
  return settled;
}

/** Takes a frame in its turn, and gives the pair that it completes. */
function hear(waiting: Waiting, frame: Frame): readonly Frame[] {
  const action = readAction(frame.raw, frame.binary);
  if (frame.direction === 'out' && action === 'PING') {
    waiting.first = waiting.count === 0 ? frame : undefined;
    waiting.count += 1;
  }
  if (frame.direction !== 'in' || action !== 'PONG') return [];
  const { first } = waiting;
  waiting.first = undefined;
  waiting.count = Math.max(0, waiting.count - 1);
  return first && frame.at - first.at <= PROMPTLY ? [first, frame] : [];
}
