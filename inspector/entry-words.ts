import type { JournalEntry } from '../simulator/journal-entry.ts';

/** Which way an arrow points; `at-device` and `at-server` are no arrows but something that happens there. */
export type Way = 'to-server' | 'to-device' | 'at-device' | 'at-server';

/** What the timeline says of an entry. */
export interface EntryWords {
  readonly way: Way;
  /** Stands on the arrow. */
  readonly label: string;
  /** The content, on one line. */
  readonly content: string;
  readonly tone: 'plain' | 'bad' | 'good';
}

/** Words an entry of the journal for the diagram. */
export function wordEntry(entry: JournalEntry): EntryWords {
  const plain = { tone: 'plain' } as const;
  switch (entry.kind) {
    case 'request':
      return {
        ...plain,
        way: 'to-server',
        label: `${entry.method} ${pathOf(entry.url)}`,
        content: entry.body,
      };
    case 'response':
      return {
        way: 'to-device',
        label: String(entry.status),
        content: entry.body,
        tone: entry.status >= 400 ? 'bad' : 'plain',
      };
    case 'open':
      return { ...plain, way: 'to-server', label: 'connects', content: entry.url };
    case 'refused-upgrade':
      return { way: 'to-device', label: `refused ${entry.status}`, content: entry.message, tone: 'bad' };
    case 'frame':
      return {
        way: entry.direction === 'in' ? 'to-server' : 'to-device',
        label: entry.action ?? (entry.binary ? 'binary frame' : 'frame'),
        content: entry.problem === undefined ? entry.raw : `${entry.problem}: ${entry.raw}`,
        tone: frameTone(entry.action, entry.problem),
      };
    case 'close':
      return {
        way: entry.by === 'server' ? 'to-device' : 'to-server',
        label: entry.by === 'network' ? 'connection lost' : `close ${entry.code}`,
        content: entry.reason,
        tone: entry.by === 'network' ? 'bad' : 'plain',
      };
    case 'step':
      return { ...plain, way: 'at-device', label: entry.to, content: `${entry.from} on ${entry.input}` };
    case 'ended':
      return { ...plain, way: 'at-device', label: 'session ended', content: entry.reason };
    case 'note':
      return { ...plain, way: 'at-server', label: 'note', content: entry.text };
  }
}

/** Whether a fault swallowed it: it was sent, and whom it was for never saw it. */
export function isLost(entry: JournalEntry): boolean {
  return (entry.kind === 'frame' || entry.kind === 'close') && entry.lost === true;
}

function frameTone(action: string | undefined, problem: string | undefined): EntryWords['tone'] {
  if (problem !== undefined) return 'bad';
  if (action === 'OK') return 'good';
  return ['TAKE_OVER', 'TERMINATE', 'EXPIRED'].includes(action ?? '') ? 'bad' : 'plain';
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return url;
  }
}

/** The time of an entry as the terminal prints it. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
