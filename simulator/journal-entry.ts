import type { EndReason } from '../protocol/model/session-chart.ts';
import type { SessionInput, SessionState } from '../protocol/model/session-table.ts';
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
      /** The bytes of the body, where it passed unread and `body` is empty. */
      unread?: number;
    }
  | {
      kind: 'response';
      exchange: string;
      status: number;
      headers: Record<string, string>;
      body: string;
      unread?: number;
    }
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
      /** A fault swallowed it: it was sent, and whom it was for never saw it. */
      lost?: true;
      /** The characters of the whole, where `raw` is only its beginning. */
      clippedFrom?: number;
    }
  /** `code` is 1006 where the connection went without a close frame; `lost` as of a frame. */
  | { kind: 'close'; by: 'client' | 'server' | 'network'; code: number; reason: string; lost?: true }
  | { kind: 'step'; from: SessionState; input: SessionInput; to: SessionState }
  | { kind: 'ended'; reason: EndReason }
  /**
   * `gap` says that frames pass unseen from here on: on the entry's connection, or on all where it has none. `answered`: the
   * client answered the server's close frame, and so has had all that was sent to it before.
   */
  | { kind: 'note'; text: string; gap?: 'frames'; answered?: 'close' };

/** One thing that happened: `seq` counts from 1 without gaps, `at` is in milliseconds since the epoch. */
export type JournalEntry = { seq: number; at: number } & JournalSubject & JournalEvent;

/** What a search looks for: an entry must have every member that is given, with that value. */
export type JournalFilter = { readonly [Member in keyof JournalSubject]?: JournalSubject[Member] } & {
  readonly kind?: JournalEvent['kind'] | undefined;
  readonly direction?: 'in' | 'out' | undefined;
  readonly action?: string | undefined;
  readonly status?: number | undefined;
};

/** Whether an entry has all that a filter names. */
export function matchesFilter(entry: JournalEntry, filter: JournalFilter): boolean {
  const members = entry as unknown as Record<string, unknown>;
  return Object.entries(filter).every(([name, value]) => value === undefined || members[name] === value);
}
