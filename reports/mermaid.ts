import { formatDuration } from './duration.ts';
import { printableLine } from './printable.ts';
import type { TranscriptEntry } from './result.ts';
import { transcriptExcerpt } from './transcript-line.ts';

const LINES = 40;
const LABEL = 60;
const PAUSE_FROM = 1000;

/** A conversation as a Mermaid sequence diagram, for places that draw one out of text. */
export function renderMermaid(transcript: readonly TranscriptEntry[], server: string): string {
  const { entries } = transcriptExcerpt(transcript, LINES);
  const devices = [...new Set(entries.map(({ device }) => device))];
  const lines = [
    'sequenceDiagram',
    ...devices.map((device, index) => `  participant d${index} as ${escapeText(device)}`),
    `  participant s as ${escapeText(server)}`,
  ];
  let previous = entries[0]?.at ?? 0;
  for (const entry of entries) {
    const device = `d${devices.indexOf(entry.device)}`;
    if (entry.at - previous >= PAUSE_FROM) {
      lines.push(`  Note over ${device},s: ${escapeText(`${formatDuration(entry.at - previous)} later`)}`);
    }
    lines.push(...entryLines(entry, device));
    previous = entry.at;
  }
  return lines.join('\n');
}

function entryLines(entry: TranscriptEntry, device: string): string[] {
  const { direction, kind, label, injected, offending } = entry;
  const text = escapeText(`${label}${injected === undefined ? '' : ` (injected: ${injected})`}`);
  const drawn =
    direction === undefined
      ? [`  Note over ${device}: ${text}`]
      : [`  ${direction === 'out' ? `${device}${arrowOf(kind)}s` : `s${arrowOf(kind)}${device}`}: ${text}`];
  if (!offending) return drawn;
  return [
    '  rect rgba(200, 40, 60, 0.16)',
    ...drawn,
    `  Note over ${device}: ✗ here the rule breaks`,
    '  end',
  ];
}

function arrowOf(kind: TranscriptEntry['kind']): string {
  if (kind === 'response') return '-->>';
  return kind === 'close' ? '--x' : '->>';
}

/** Mermaid has no quotes: every character that could mean something to it, and the word `end`, become entities. */
function escapeText(text: string): string {
  const line = printableLine(text);
  const characters = Array.from(line);
  const short = characters.length > LABEL ? `${characters.slice(0, LABEL).join('')}…` : line;
  const escaped = short
    .replaceAll(
      /[^\p{L}\p{N}\p{Extended_Pictographic} .,_/()✗…’-]/gu,
      (character) => `#${character.codePointAt(0)};`,
    )
    .replaceAll(/\bend\b/gi, (word) => `#${word.codePointAt(0)};${word.slice(1)}`)
    .trim();
  return escaped === '' ? '#32;' : escaped;
}
