import type { Clock } from './clock.ts';
import type { JournalEntry, JournalEvent, JournalSubject } from './journal-entry.ts';
import { redactEvent } from './redact.ts';

export type { JournalEntry, JournalEvent, JournalFilter, JournalSubject } from './journal-entry.ts';

/** Everything that was seen, in order, as far back as memory reaches. */
export interface Journal {
  /** Adds an entry; tokens in it are masked first, unless the journal was told to show them. */
  write(subject: JournalSubject, event: JournalEvent): JournalEntry;
  /** Entries after `seq` (all that are kept, where left out) that match. */
  entries(filter?: { after?: number; match?: (entry: JournalEntry) => boolean }): JournalEntry[];
  /**
   * The first entry after `seq` (the newest one, where left out: only what is still to come) that matches.
   * Rejects with the signal's reason when that aborts first.
   */
  wait(options: {
    match: (entry: JournalEntry) => boolean;
    after?: number | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<JournalEntry>;
  /** Tells this journal from one of another life of the same simulator, whose entries count from 1 as well. */
  readonly instance: string;
  /** The `seq` of the newest entry; 0 where there is none. */
  readonly last: number;
  /** Calls `listener` with each new entry; the result takes it off again. */
  subscribe(listener: JournalListener): () => void;
}

/** Hears of each entry as it is written. What it throws is noted once, and goes no further. */
export type JournalListener = (entry: JournalEntry) => void;

export interface JournalOptions {
  /** An id of its own. */
  readonly instance: string;
  readonly clock: Clock;
  /** The number of entries kept; older ones give way. */
  readonly capacity: number;
  /** The size of what is kept, in characters, about; older entries give way. */
  readonly characters: number;
  /** Leaves tokens as they are. */
  readonly showTokens?: boolean | undefined;
}

export function createJournal({
  instance,
  clock,
  capacity,
  characters,
  showTokens,
}: JournalOptions): Journal {
  // Entry `seq` stands at `seq - first`; the array is cut now and then, not at each entry that gives way.
  let kept: JournalEntry[] = [];
  let gone = 0;
  let size = 0;
  let last = 0;
  const listeners = new Set<JournalListener>();
  const faulty = new WeakSet<JournalListener>();

  function makeRoom(): void {
    while (kept.length - gone > capacity || (size > characters && kept.length - gone > 1)) {
      size -= measureEntry(kept[gone]!);
      gone += 1;
    }
    if (gone < 1024 || gone * 2 < kept.length) return;
    kept = kept.slice(gone);
    gone = 0;
  }

  function write(subject: JournalSubject, event: JournalEvent): JournalEntry {
    last += 1;
    const shown = clip(showTokens ? event : redactEvent(event));
    const entry: JournalEntry = { seq: last, at: clock.now(), ...subject, ...shown };
    kept.push(entry);
    size += measureEntry(entry);
    makeRoom();
    tell(entry);
    return entry;
  }

  /** What is written goes on, whatever a listener does. One that throws is noted once, after all have heard. */
  function tell(entry: JournalEntry): void {
    const errors: unknown[] = [];
    for (const listener of listeners) {
      try {
        listener(entry);
      } catch (error) {
        if (!faulty.has(listener)) errors.push(error);
        faulty.add(listener);
      }
    }
    for (const error of errors) {
      write({}, { kind: 'note', text: `fault of a listener of the journal: ${String(error)}` });
    }
  }

  return {
    instance,
    get last() {
      return last;
    },
    write,
    entries({ after = 0, match = () => true } = {}) {
      const first = last - (kept.length - gone) + 1;
      return kept.slice(gone + Math.max(0, after + 1 - first)).filter((entry) => match(entry));
    },
    wait({ match, after = last, signal }) {
      const [seen] = this.entries({ after, match });
      if (seen) return Promise.resolve(seen);
      return new Promise((resolve, reject) => {
        const end = (): void => {
          leave();
          signal?.removeEventListener('abort', giveUp);
        };
        const leave = this.subscribe((entry) => {
          try {
            if (!match(entry)) return;
            resolve(entry);
          } catch (error) {
            reject(error);
          }
          end();
        });
        const giveUp = (): void => {
          end();
          reject(signal?.reason as Error);
        };
        if (signal?.aborted) giveUp();
        else signal?.addEventListener('abort', giveUp, { once: true });
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The longest text of a frame or body that is kept, in characters. */
const LONGEST_TEXT = 64 * 1024;

function clip(event: JournalEvent): JournalEvent {
  if (event.kind === 'frame' && event.raw.length > LONGEST_TEXT)
    return { ...event, raw: event.raw.slice(0, LONGEST_TEXT), clippedFrom: event.raw.length };
  return event;
}

/** What an entry weighs whose texts are all empty, about. */
const BARE_WEIGHT = 400;

/** What an entry weighs, in characters: all its texts, whoever chose them, and a flat sum for the rest. */
export function measureEntry(entry: JournalEntry): number {
  let size = BARE_WEIGHT;
  for (const value of Object.values(entry)) {
    if (typeof value === 'string') size += value.length;
    else if (typeof value === 'object') size += measureHeaders(value);
  }
  return size;
}

function measureHeaders(headers: Record<string, string>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}
