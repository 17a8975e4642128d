import type { EndReason } from '../protocol/model/session-chart.ts';
import type { SessionInput, SessionState } from '../protocol/model/session-table.ts';
import type { Clock } from './clock.ts';
import type { PoolScope } from './store/pool-store.ts';

/** Whom and what an entry is about, as far as it is known. */
export interface JournalSubject extends PoolScope {
  sessionId?: string | undefined;
  /** The id of a WebSocket connection. */
  connection?: string | undefined;
  /** The ghost device that acted, where it was one of the simulator's own. */
  device?: string | undefined;
  /** The fault that made this happen, where it was no behaviour of the protocol. */
  injected?: string | undefined;
}

/** What was seen. Headers and bodies are as on the wire, but for tokens, which are masked. */
export type JournalEvent =
  | {
      kind: 'request';
      exchange: string;
      method: string;
      url: string;
      headers: Record<string, string>;
      body: string;
    }
  | { kind: 'response'; exchange: string; status: number; headers: Record<string, string>; body: string }
  | { kind: 'open'; url: string; headers: Record<string, string> }
  | { kind: 'refused-upgrade'; url: string; status: number; message: string }
  /** `raw` is the text, or base64 where `binary` is true; `in` is from the client to the server. */
  | {
      kind: 'frame';
      direction: 'in' | 'out';
      raw: string;
      binary: boolean;
      action?: string;
      problem?: string;
    }
  /** `code` is 1006 where the connection went without a close frame. */
  | { kind: 'close'; by: 'client' | 'server' | 'network'; code: number; reason: string }
  | { kind: 'step'; from: SessionState; input: SessionInput; to: SessionState }
  | { kind: 'ended'; reason: EndReason }
  | { kind: 'note'; text: string };

/** One thing that happened: `seq` counts from 1 without gaps, `at` is in milliseconds since the epoch. */
export type JournalEntry = { seq: number; at: number } & JournalSubject & JournalEvent;

/** Everything that was seen, in order, as far back as memory reaches. */
export interface Journal {
  write(subject: JournalSubject, event: JournalEvent): JournalEntry;
  /** Entries after `seq` (all that are kept, where left out) that match. */
  entries(filter?: { after?: number; match?: (entry: JournalEntry) => boolean }): JournalEntry[];
  /** The `seq` of the newest entry; 0 where there is none. */
  readonly last: number;
  /** Calls `listener` with each new entry; the result takes it off again. */
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

/** @param capacity the number of entries kept; older ones give way. */
export function createJournal(clock: Clock, capacity: number): Journal {
  // A ring: entry `seq` stands at `seq % capacity`.
  const ring: JournalEntry[] = [];
  const listeners = new Set<(entry: JournalEntry) => void>();
  let last = 0;

  return {
    get last() {
      return last;
    },
    write(subject, event) {
      last += 1;
      const entry: JournalEntry = { seq: last, at: clock.now(), ...subject, ...event };
      ring[last % capacity] = entry;
      for (const listener of listeners) listener(entry);
      return entry;
    },
    entries({ after = 0, match = () => true } = {}) {
      const found: JournalEntry[] = [];
      for (let seq = Math.max(after, last - capacity) + 1; seq <= last; seq += 1) {
        const entry = ring[seq % capacity];
        if (entry && match(entry)) found.push(entry);
      }
      return found;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
