import type { JSX } from 'preact';
import { printableLine } from '../printable.ts';
import type { TranscriptEntry } from '../result.ts';
import { transcriptTime } from '../transcript-line.ts';

const ARROWS = { out: '→', in: '←' } as const;

interface TranscriptViewProps {
  transcript: readonly TranscriptEntry[];
  colors: ReadonlyMap<string, string>;
}

/** The conversation byte for byte, folded away. */
export function TranscriptView({ transcript, colors }: TranscriptViewProps): JSX.Element {
  return (
    <details class="fold">
      <summary>
        Transcript, {transcript.length} {transcript.length === 1 ? 'line' : 'lines'}
      </summary>
      <div class="transcript" tabindex={0} role="group" aria-label="Transcript">
        {transcript.map((entry) => (
          <Line entry={entry} color={colors.get(entry.device)} />
        ))}
      </div>
    </details>
  );
}

// A line has few elements on purpose: a report may have tens of thousands of them.
function Line({ entry, color }: { entry: TranscriptEntry; color: string | undefined }): JSX.Element {
  const { at, device, direction, label, raw, injected, offending } = entry;
  const text = raw === undefined || raw === label ? '' : printableLine(raw);
  return (
    <p class={offending ? 'offending' : injected === undefined ? undefined : 'injected'}>
      <i>{transcriptTime(at)}</i> <b class={color}>{printableLine(device)}</b>{' '}
      {direction ? ARROWS[direction] : '·'} {printableLine(label)}
      {text !== '' && <code>{text}</code>}
      {injected !== undefined && <em>injected: {printableLine(injected)}</em>}
      {offending && <em>here the rule breaks</em>}
    </p>
  );
}
