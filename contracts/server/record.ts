import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { redact } from '../../simulator/redact.ts';
import type { TranscriptEntry } from '../../reports/result.ts';

/** What was said between devices and a server, as it happened, and a way to wait for more. */
export interface Record {
  /** Milliseconds since the record began. */
  now(): number;
  write(entry: Omit<TranscriptEntry, 'at'>): TranscriptEntry;
  readonly entries: readonly TranscriptEntry[];
  /** Tells those who wait that something has changed. */
  notify(): void;
  /**
   * Resolves with what `look` gives, as soon as it gives anything; with nothing after `within` milliseconds. `look` is
   * asked whenever something was written.
   */
  until<Found>(look: () => Found | undefined, within: number): Promise<Found | undefined>;
}

export function createRecord(): Record {
  const start = performance.now();
  const entries: TranscriptEntry[] = [];
  const waiting = new Set<() => void>();
  const now = (): number => performance.now() - start;
  const notify = (): void => {
    for (const look of waiting) look();
  };

  return {
    now,
    entries,
    notify,
    write(entry) {
      const raw = entry.raw === undefined ? {} : { raw: redact(entry.raw) };
      const written = { at: Math.round(now() * 10) / 10, ...entry, ...raw };
      entries.push(written);
      notify();
      return written;
    },
    async until(look, within) {
      const found = look();
      if (found !== undefined) return found;
      const cancel = new AbortController();
      const seen = new Promise<NonNullable<ReturnType<typeof look>>>((resolve) => {
        const ask = (): void => {
          const answer = look();
          if (answer === undefined) return;
          waiting.delete(ask);
          resolve(answer as NonNullable<typeof answer>);
        };
        waiting.add(ask);
        cancel.signal.addEventListener('abort', () => waiting.delete(ask));
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
    },
  };
}
