import type { TranscriptLine } from '../outcome.ts';
import { formatAnswer, isLost, pathOf } from './observation.ts';
import type { Observation } from './observation.ts';

/**
 * Makes the transcript of what was seen, on a time that counts from `startedAt`. Where the scenario failed, the last
 * line up to `failedAt` is the offending one. All in milliseconds since the epoch.
 */
export function renderTranscript(
  history: readonly Observation[],
  startedAt: number,
  failedAt?: number,
): TranscriptLine[] {
  const lines = history.flatMap((seen) => lineOf(seen, startedAt) ?? []);
  if (failedAt === undefined) return lines;
  const offending = lines.findLastIndex(({ at }) => at <= failedAt - startedAt);
  return lines.map((line, index) => (index === offending ? { ...line, offending: true } : line));
}

function lineOf(seen: Observation, startedAt: number): TranscriptLine | undefined {
  const base = { at: seen.at - startedAt, device: seen.actor };
  if (seen.source === 'script') return { ...base, kind: 'note', label: seen.text };
  if (seen.source === 'wire') return lineOfEntry(seen, base);
  const { event } = seen;
  switch (event.event) {
    case 'playback':
      return { ...base, kind: 'playback', label: event.playing ? 'plays' : 'stops playing' };
    case 'limit':
      return { ...base, kind: 'note', label: 'shows the limit', raw: JSON.stringify(event.sessions) };
    case 'taken-over':
      return { ...base, kind: 'note', label: `shows that ${JSON.stringify(event.by ?? '')} took over` };
    case 'error':
      return { ...base, kind: 'note', label: `shows an error: ${event.message}` };
    case 'exited':
      return { ...base, kind: 'note', label: `exited with ${event.code ?? event.signal ?? 'no code'}` };
    case 'ready':
    case 'log':
    case 'bad-line':
      return undefined;
  }
}

function lineOfEntry(
  { entry, again }: Observation & { source: 'wire' },
  base: { at: number; device: string },
): TranscriptLine | undefined {
  const injected = entry.injected === undefined ? {} : { injected: entry.injected };
  const loss = isLost(entry) ? { lost: true } : {};
  switch (entry.kind) {
    case 'request': {
      const label = `${entry.method} ${pathOf(entry.url)}`;
      return { ...base, kind: 'request', direction: 'out', label, raw: entry.body, ...injected };
    }
    case 'response': {
      const label = formatAnswer(entry);
      return { ...base, kind: 'response', direction: 'in', label, raw: entry.body, ...injected };
    }
    case 'open':
      return { ...base, kind: 'open', direction: 'out', label: again ? 'connects again' : 'connects' };
    case 'refused-upgrade':
      return {
        ...base,
        kind: 'response',
        direction: 'in',
        label: `connection refused, ${entry.status}`,
        ...injected,
      };
    case 'frame': {
      const direction = entry.direction === 'in' ? 'out' : 'in';
      const label = entry.action ?? entry.problem ?? 'a frame';
      return { ...base, kind: 'frame', direction, label, raw: entry.raw, ...injected, ...loss };
    }
    case 'close': {
      const direction = entry.by === 'server' ? 'in' : 'out';
      const label = entry.by === 'network' ? 'connection lost' : `close ${entry.code}`;
      return { ...base, kind: 'close', direction, label, ...injected, ...loss };
    }
    case 'ended':
      return { ...base, kind: 'note', label: `slot freed: ${entry.reason}` };
    case 'note':
      return { ...base, kind: 'note', label: entry.text };
    case 'step':
      return undefined;
  }
}
