import { isReaction } from '../trace/reaction.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { TraceEvent } from '../trace/trace.ts';
import type { Awaitable } from './situation.ts';

type Events = readonly TraceEvent[];

/**
 * Tells whether something has come about. What is an event rather than a state counts from the last step that the user
 * took or the harness did, so that waiting after a deed finds what the deed led to, however quick it was.
 */
export function holdsFor(what: Awaitable, recorder: Recorder, shown: boolean): () => boolean {
  const since = recorder.events.findLastIndex(({ kind }) => kind === 'command' || kind === 'deed');
  const recent = (): Events => recorder.events.slice(Math.max(0, since));
  const happened = (match: (event: TraceEvent) => boolean) => () => recent().some(match);
  switch (what) {
    case 'playing':
      return shown
        ? () => isPlaying(recorder.events)
        : happened((event) => event.kind === 'told' && event.action === 'OK');
    case 'stopped':
      return shown ? () => !isPlaying(recorder.events) : () => true;
    case 'request':
      return happened((event) => event.kind === 'request' && event.method === 'POST');
    case 'attempt':
      return happened((event) => event.kind === 'attempt');
    case 'requested':
      return happened((event) => event.kind === 'said' && event.action === 'REQUESTED');
    case 'ok':
      return happened((event) => event.kind === 'told' && event.action === 'OK');
    case 'pong':
      return () => allAnswered(recorder.events);
    case 'finished':
      return happened((event) => event.kind === 'said' && event.action === 'FINISHED');
    case 'closed':
      return happened((event) => event.kind === 'close');
    case 'limit':
      return shown
        ? happened((event) => event.kind === 'limit')
        : happened((event) => event.kind === 'response' && event.status !== 200);
    case 'reaction':
      return happened(isReaction);
    case 'shown':
      return happened((event) => ['limit', 'error', 'playback', 'taken-over'].includes(event.kind));
  }
}

/** Whether something can come about at all: no PONG where no PING went out, no stop where nothing played. */
export function isAbout(what: Awaitable, recorder: Recorder): boolean {
  if (what === 'pong')
    return recorder.events.some((event) => event.kind === 'told' && event.action === 'PING');
  if (what === 'stopped') return recorder.events.some(({ kind }) => kind === 'playback');
  return true;
}

function isPlaying(events: Events): boolean {
  const last = events.findLast((event) => event.kind === 'playback');
  return last?.kind === 'playback' && last.playing;
}

function allAnswered(events: Events): boolean {
  const count = (kind: 'told' | 'said', action: string): number =>
    events.filter((event) => event.kind === kind && event.action === action).length;
  return count('said', 'PONG') >= count('told', 'PING');
}
