import type { JournalEntry } from '../../simulator/journal.ts';
import type { SubjectEvent } from '../client-subject.ts';

/** Something that the player saw. `actor` is `app`, a device's key, or `server` where it is about no device. */
export type Observation = { readonly at: number; readonly actor: string } & (
  | {
      readonly source: 'wire';
      readonly entry: JournalEntry;
      /** The session that an `open` is for had a connection before. */
      readonly again?: boolean;
    }
  | { readonly source: 'client'; readonly event: SubjectEvent }
  /** The script itself did something. */
  | { readonly source: 'script'; readonly text: string }
);

/** Whether a frame was swallowed on its way, so that whom it was for never saw it. */
export function isLost(entry: JournalEntry): boolean {
  return (entry.kind === 'frame' || entry.kind === 'close') && entry.lost === true;
}

/** Says in words what was seen, or gives nothing for what no reader misses. */
export function describeObservation(observation: Observation): string | undefined {
  if (observation.source === 'script') return undefined;
  if (observation.source === 'client') return describeEvent(observation.event);
  const { actor, entry } = observation;
  switch (entry.kind) {
    case 'request':
      return `${actor} sent ${entry.method} ${pathOf(entry.url)}`;
    case 'response':
      return `${actor} was answered ${formatAnswer(entry)}`;
    case 'open':
      return `${actor} ${observation.again ? 'connected again' : 'connected'}`;
    case 'refused-upgrade':
      return `${actor} was refused a connection with ${entry.status}`;
    case 'frame': {
      const what = entry.action ?? entry.problem ?? 'a frame';
      return `${actor} ${entry.direction === 'in' ? 'sent' : 'received'} ${what}${isLost(entry) ? ' (lost)' : ''}`;
    }
    case 'close':
      return entry.by === 'server'
        ? `${actor} was closed with ${entry.code}`
        : `${actor}'s connection went (${entry.by}, ${entry.code})`;
    case 'ended':
      return `${actor}'s slot was freed (${entry.reason})`;
    case 'note':
      return entry.text;
    case 'step':
      return undefined;
  }
}

function describeEvent(event: SubjectEvent): string | undefined {
  switch (event.event) {
    case 'playback':
      return event.playing ? 'app started playing' : 'app stopped playing';
    case 'limit':
      return `app showed the limit with ${event.sessions.map(({ name }) => JSON.stringify(name)).join(', ') || 'no sessions'}`;
    case 'taken-over':
      return `app showed that ${JSON.stringify(event.by ?? '')} took over`;
    case 'error':
      return `app showed an error: ${event.message}`;
    case 'bad-line':
      return `app wrote a line that cannot be read: ${event.problem}`;
    case 'exited':
      return `app exited with ${event.code ?? event.signal ?? 'no code'}`;
    case 'ready':
    case 'log':
      return undefined;
  }
}

export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/** An answer in short: its status, and the `code` of an error. */
export function formatAnswer({ status, body }: { status: number; body: string }): string {
  return `${status} ${codeOf(body)}`.trimEnd();
}

/** The `code` of an error's body; the empty text where it has none. */
export function codeOf(body: string): string {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}
