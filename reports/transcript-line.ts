import { printableLine } from './printable.ts';
import type { TranscriptEntry } from './result.ts';

const ARROWS = { out: '→', in: '←' } as const;

/** One entry as text: `+  120 ms  tv  → REQUESTED  {"action":"REQUESTED"}`. */
export function transcriptLine(entry: TranscriptEntry): string {
  const { at, device, direction, label, raw, injected } = entry;
  const shown = raw !== undefined && raw !== label ? `  ${printableLine(raw)}` : '';
  const fault = injected === undefined ? '' : `  [injected: ${printableLine(injected)}]`;
  const arrow = direction ? ARROWS[direction] : '·';
  return `${transcriptTime(at)}  ${printableLine(device)} ${arrow} ${printableLine(label)}${shown}${fault}`;
}

/** Milliseconds since the conversation began, padded so that lines align: `+  120 ms`. */
export function transcriptTime(at: number): string {
  return `+${String(Math.round(at)).padStart(5)} ms`;
}

/**
 * The entries that matter most: those around the offending ones, as many as `limit`, with the number left out before and
 * after. Without an offending entry, the end of the conversation.
 */
export function transcriptExcerpt(
  entries: readonly TranscriptEntry[],
  limit: number,
): { entries: readonly TranscriptEntry[]; before: number; after: number } {
  if (entries.length <= limit) return { entries, before: 0, after: 0 };
  const offending = entries.findLastIndex((entry) => entry.offending);
  const last =
    offending === -1 ? entries.length : Math.min(entries.length, offending + 1 + Math.floor(limit / 5));
  const first = Math.max(0, last - limit);
  return {
    entries: entries.slice(first, first + limit),
    before: first,
    after: entries.length - first - limit,
  };
}
