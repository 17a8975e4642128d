import { printableLine } from '../printable.ts';
import type { TranscriptEntry } from '../result.ts';
import { fitText, textWidth } from './fit-text.ts';

const GUTTER = 84;
/** Pixels that the page has for a diagram. */
const COLUMN = 924;
const HEAD = 46;
const ROW = 36;
const TAG = 20;
const PAUSE = 30;
/** Milliseconds without an event that are worth a mark of their own. */
const PAUSE_FROM = 1000;

export interface Lifeline {
  name: string;
  x: number;
  /** Undefined for the server. */
  device?: string;
}

/** An arrow between a device and the server, or something that one device does by itself. */
export interface DiagramRow {
  y: number;
  height: number;
  entry: TranscriptEntry;
  label: string;
  /** Where the arrow begins and ends; the same where there is none. */
  from: number;
  to: number;
  /** Left edge and width of the box of an event that is no arrow. */
  box?: { x: number; width: number };
}

interface Pause {
  y: number;
  milliseconds: number;
}

export interface SequenceLayout {
  width: number;
  height: number;
  lifelines: Lifeline[];
  rows: DiagramRow[];
  pauses: Pause[];
}

/** Places a conversation: devices from left to right as they appear, the server at the right, time downwards. */
export function layoutSequence(entries: readonly TranscriptEntry[], server: string): SequenceLayout {
  const devices = [...new Set(entries.map(({ device }) => device))];
  // Up to five devices fit the page's column; more make the picture scroll.
  const gap = Math.min(380, Math.max(140, (COLUMN - GUTTER) / (devices.length + 0.85)));
  const xOf = (index: number): number => GUTTER + gap * 0.45 + index * gap;
  const serverX = xOf(devices.length);
  const rows: DiagramRow[] = [];
  const pauses: Pause[] = [];
  let y = HEAD + 12;
  let previous = entries[0]?.at ?? 0;
  for (const entry of entries) {
    if (entry.at - previous >= PAUSE_FROM) {
      pauses.push({ y: y + PAUSE / 2, milliseconds: entry.at - previous });
      y += PAUSE;
    }
    const row = layoutRow(entry, xOf(devices.indexOf(entry.device)), serverX, y);
    rows.push(row);
    y += row.height;
    previous = entry.at;
  }
  return {
    width: serverX + gap * 0.4,
    height: y + 16,
    lifelines: [
      ...devices.map((device, index) => ({
        name: fitText(printableLine(device), gap - 32),
        x: xOf(index),
        device,
      })),
      { name: server, x: serverX },
    ],
    rows,
    pauses,
  };
}

function layoutRow(entry: TranscriptEntry, deviceX: number, serverX: number, y: number): DiagramRow {
  const height = ROW + (entry.injected === undefined ? 0 : TAG) + (entry.offending ? TAG : 0);
  const text = printableLine(entry.label);
  const isArrow = entry.direction !== undefined && !['playback', 'command', 'note'].includes(entry.kind);
  if (isArrow) {
    const [from, to] = entry.direction === 'out' ? [deviceX, serverX] : [serverX, deviceX];
    return { y, height, entry, label: fitText(text, Math.abs(serverX - deviceX) - 40), from, to };
  }
  const label = fitText(text, 300);
  const width = textWidth(label) + 22;
  const x = Math.max(GUTTER, deviceX - width / 2);
  return { y, height, entry, label, from: deviceX, to: deviceX, box: { x, width } };
}
