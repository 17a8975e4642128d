import type { TraceEvent } from './trace.ts';

/** Whether an event shows that a client did something about a press on play (PROTOCOL.md 5.77). */
export function isReaction(event: TraceEvent): boolean {
  if (event.kind === 'playback') return event.playing;
  return ['request', 'attempt', 'limit', 'taken-over', 'error'].includes(event.kind);
}
