import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { redact } from '../../simulator/redact.ts';
import type { TranscriptEntry } from '../../reports/result.ts';
import { createLifelines } from '../trace/lifelines.ts';
import type { Lifelines } from '../trace/lifelines.ts';
import { GuestBook } from './guest-book.ts';
import { Inconclusive } from './violation.ts';

/** What was said between devices and a server, as it happened, and a way to wait for more. */
export interface Record {
  /** Milliseconds since the record began. */
  now(): number;
  write(entry: Omit<TranscriptEntry, 'at'>): TranscriptEntry;
  readonly entries: readonly TranscriptEntry[];
  readonly guestBook: GuestBook;
  readonly lifelines: Lifelines<object>;
  /** What is written from now on belongs to the next step. */
  nextStep(): void;
  /** Tells those who wait that something has changed. */
  notify(): void;
  /**
   * Resolves with what `look` gives, as soon as it gives anything; with nothing after `within` milliseconds. `look` is
   * asked whenever something was written.
   * @throws {Inconclusive} as `goOn` does.
   */
  until<Found>(look: () => Found | undefined, within: number): Promise<Found | undefined>;
  /** As `until`, also when the run has been broken off: a guest takes leave all the same. */
  untilAnyway<Found>(look: () => Found | undefined, within: number): Promise<Found | undefined>;
  /** @throws {Inconclusive} once the run has been broken off, or the record was closed: nothing more is begun then. */
  goOn(): void;
  close(): void;
}

/** @param signal aborts when the run is broken off. */
export function createRecord(signal?: AbortSignal): Record {
  const start = performance.now();
  const entries: TranscriptEntry[] = [];
  const waiting = new Set<() => void>();
  let isClosed = false;
  let step = 0;
  const now = (): number => performance.now() - start;
  const notify = (): void => {
    for (const look of waiting) look();
  };
  const goOn = (): void => {
    if (signal?.aborted) throw new Inconclusive('the run was broken off');
    if (isClosed) throw new Inconclusive('the case was over');
  };

  async function wait<Found>(
    look: () => Found | undefined,
    within: number,
    interrupt?: AbortSignal,
  ): Promise<Found | undefined> {
    const cancel = new AbortController();
    const seen = new Promise<Found>((resolve, reject) => {
      const ask = (): void => {
        const answer = look();
        if (answer === undefined) return;
        waiting.delete(ask);
        resolve(answer);
      };
      waiting.add(ask);
      cancel.signal.addEventListener('abort', () => waiting.delete(ask));
      const options = { once: true, signal: cancel.signal };
      interrupt?.addEventListener('abort', () => reject(new Inconclusive('the run was broken off')), options);
    });
    const timeout = setTimeout(Math.max(0, within), undefined, { signal: cancel.signal }).catch(
      () => undefined,
    );
    try {
      // Past the deadline one more look: a busy event loop may ring the timer before it reads the socket.
      return (await Promise.race([seen, timeout])) ?? look();
    } finally {
      cancel.abort();
    }
  }

  return {
    now,
    entries,
    guestBook: new GuestBook(),
    lifelines: createLifelines(),
    notify,
    goOn,
    nextStep() {
      step += 1;
    },
    close() {
      isClosed = true;
    },
    write(entry) {
      const raw = entry.raw === undefined ? {} : { raw: redact(entry.raw) };
      const written = { at: Math.round(now() * 10) / 10, ...entry, ...raw, ...(step > 0 ? { step } : {}) };
      entries.push(written);
      notify();
      return written;
    },
    async until(look, within) {
      const found = look();
      if (found !== undefined) return found;
      goOn();
      return wait(look, within, signal);
    },
    untilAnyway: async (look, within) => look() ?? wait(look, within),
  };
}
