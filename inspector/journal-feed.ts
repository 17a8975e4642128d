import type { JournalEntry } from '../simulator/journal-entry.ts';
import { ControlError } from './control-client.ts';
import type { ControlClient } from './control-client.ts';
import { createEventReader } from './event-stream.ts';

/** Whether the journal comes in: `refused` means that the token is missing or wrong. */
export type FeedState = 'connecting' | 'live' | 'away' | 'refused';

export interface FeedListener {
  /** New entries, oldest first, many at a time. */
  onEntries(entries: JournalEntry[]): void;
  /** The simulator has begun anew: what was seen is of another life. */
  onRestart(): void;
  onState(state: FeedState): void;
}

/** Milliseconds. */
const RETRY_AFTER = 1_000;

/** Follows the journal until it is closed, and comes back by itself when the simulator does. */
export function followJournal(client: ControlClient, listener: FeedListener): { close(): void } {
  const ended = new AbortController();
  let known: string | undefined;
  let last = 0;

  async function readOnce(): Promise<void> {
    const { instance } = await client.call<{ instance: string }>('GET', '/journal?limit=1');
    if (known !== undefined && instance !== known) {
      last = 0;
      listener.onRestart();
    }
    known = instance;
    const answer = await client.open(`/journal/stream?after=${last}`, ended.signal);
    listener.onState('live');
    const read = createEventReader();
    const chunks = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      const entries = read(value).map((data) => JSON.parse(data) as JournalEntry);
      last = entries.at(-1)?.seq ?? last;
      if (entries.length > 0) listener.onEntries(entries);
    }
  }

  async function follow(): Promise<void> {
    while (!ended.signal.aborted) {
      const trouble = await readOnce().catch((error: unknown) => error);
      if (ended.signal.aborted) return;
      if (trouble instanceof ControlError && trouble.status === 401) return listener.onState('refused');
      listener.onState('away');
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  }

  listener.onState('connecting');
  void follow();
  return { close: () => ended.abort() };
}
