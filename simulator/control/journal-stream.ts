import type { Journal, JournalEntry } from '../journal.ts';

/** The entries that may wait for a slow reader before its stream is ended. */
const MOST_WAITING = 10_000;

/** The journal as server-sent events: what is kept after `after` first, then what comes. */
export function streamJournal(
  journal: Journal,
  options: {
    match: (entry: JournalEntry) => boolean;
    /** Only what is still to come, where left out. */
    after?: number | undefined;
    signal: AbortSignal;
  },
): Response {
  const { match, after = journal.last, signal } = options;
  const encoder = new TextEncoder();
  const format = (entry: JournalEntry): Uint8Array =>
    encoder.encode(`id: ${entry.seq}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`);
  const left = new AbortController();
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A comment at once, so that the reader sees the stream open.
        controller.enqueue(encoder.encode(': the journal of drisc\n\n'));
        for (const entry of journal.entries({ after, match })) controller.enqueue(format(entry));
        const leave = journal.subscribe((entry) => {
          if (!match(entry)) return;
          controller.enqueue(format(entry));
          if ((controller.desiredSize ?? 0) > -MOST_WAITING) return;
          leave();
          controller.close();
        });
        AbortSignal.any([signal, left.signal]).addEventListener('abort', leave, { once: true });
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 16 },
  );
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}
