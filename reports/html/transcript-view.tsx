import type { JSX } from 'preact';
import { printableLine } from '../printable.ts';
import type { TranscriptEntry } from '../result.ts';
import { transcriptLine, transcriptTime } from '../transcript-line.ts';

const ARROWS = { out: '→', in: '←' } as const;

interface TranscriptViewProps {
  transcript: readonly TranscriptEntry[];
  colors: ReadonlyMap<string, string>;
  /** Plain text with only the marked lines picked out: what a page of many thousand lines can bear. */
  plain: boolean;
}

/** The conversation byte for byte, folded away. */
export function TranscriptView({ transcript, colors, plain }: TranscriptViewProps): JSX.Element {
  return (
    <details class="fold">
      <summary>
        Transcript, {transcript.length} {transcript.length === 1 ? 'line' : 'lines'}
      </summary>
      <div
        class={plain ? 'transcript plain' : 'transcript'}
        tabindex={0}
        role="group"
        aria-label="Transcript"
      >
        {plain
          ? plainLines(transcript)
          : transcript.map((entry) => <Line entry={entry} color={colors.get(entry.device)} />)}
      </div>
    </details>
  );
}

function Line({ entry, color }: { entry: TranscriptEntry; color: string | undefined }): JSX.Element {
  const { at, device, direction, label, raw, injected, offending } = entry;
  const text = raw === undefined || raw === label ? '' : printableLine(raw);
  return (
    <p class={markOf(entry)}>
      <i>{transcriptTime(at)}</i> <b class={color}>{printableLine(device)}</b>{' '}
      {direction ? ARROWS[direction] : '·'} {printableLine(label)}
      {text !== '' && <code>{text}</code>}
      {injected !== undefined && <em>injected: {printableLine(injected)}</em>}
      {offending && <em>here the rule breaks</em>}
    </p>
  );
}

/** Runs of unmarked lines are one text each. */
function plainLines(transcript: readonly TranscriptEntry[]): (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  for (const entry of transcript) {
    const line = `${transcriptLine(entry)}\n`;
    const mark = markOf(entry);
    const last = parts.at(-1);
    if (mark !== undefined) parts.push(<mark class={mark}>{line}</mark>);
    else if (typeof last === 'string') parts[parts.length - 1] = last + line;
    else parts.push(line);
  }
  return parts;
}

function markOf({ offending, injected }: TranscriptEntry): string | undefined {
  if (offending) return 'offending';
  return injected === undefined ? undefined : 'injected';
}
