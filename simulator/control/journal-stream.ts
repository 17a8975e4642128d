import type { Journal, JournalEntry } from '../journal.ts';

/** The entries that may come in the meantime for a slow reader before its stream is ended. */
const MOST_WAITING = 10_000;

/** The journal as server-sent events: what is kept after `after` first, at the reader's pace, then what comes. */
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
  let waiting = journal.entries({ after, match });
  let taken = 0;
  const most = waiting.length + MOST_WAITING;
  const left = new AbortController();

  function flow(controller: ReadableStreamDefaultController<Uint8Array>): void {
    while (taken < waiting.length && (controller.desiredSize ?? 0) > 0) {
      // Taken first: where somebody waits to read, this comes back here before it ends.
      taken += 1;
      controller.enqueue(format(waiting[taken - 1]!));
    }
    // Cut when half of it is taken, not at each entry.
    if (taken * 2 < waiting.length) return;
    waiting = waiting.slice(taken);
    taken = 0;
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A comment at once, so that the reader sees the stream open.
        controller.enqueue(encoder.encode(': the journal of drisc\n\n'));
        const leave = journal.subscribe((entry) => {
          if (!match(entry)) return;
          waiting.push(entry);
          flow(controller);
          if (waiting.length - taken <= most) return;
          leave();
          controller.close();
        });
        AbortSignal.any([signal, left.signal]).addEventListener('abort', leave, { once: true });
      },
      pull: flow,
      cancel: () => left.abort(),
    },
    { highWaterMark: 16 },
  );
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}

/**
 * Where a reader goes on that had a stream before, by its header `Last-Event-ID`: behind that event, or at the beginning
 * where the event is of another journal, for this one has not come so far. Nothing where the header says nothing.
 */
export function readLastEventId(journal: Journal, header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+$/.test(header)) return undefined;
  const seq = Number(header);
  return seq > journal.last ? 0 : seq;
}
