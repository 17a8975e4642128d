import { renderArrowDiagram } from '../scenarios/arrow-diagram.ts';
import { renderTranscript } from '../scenarios/player/transcript.ts';
import { formatHar } from '../simulator/har.ts';
import type { JournalEntry } from '../simulator/journal.ts';
import { redactEvent } from '../simulator/redact.ts';

/** Something that shows what happened in a test, for its report. */
export interface Evidence {
  readonly name: string;
  readonly contentType: string;
  readonly body: string;
}

/** What a failed test is reported with, tokens masked; nothing where nothing was seen. */
export function gatherEvidence(entries: readonly JournalEntry[]): Evidence[] {
  const masked = entries.map(mask);
  if (masked.length === 0) return [];
  return [
    { name: 'drisc-transcript.txt', contentType: 'text/plain', body: `${drawConversation(entries)}\n` },
    {
      name: 'drisc-journal.jsonl',
      contentType: 'application/jsonl',
      body: masked.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
    },
    { name: 'drisc.har', contentType: 'application/json', body: JSON.stringify(formatHar(masked), null, 1) },
  ];
}

function mask(entry: JournalEntry): JournalEntry {
  return { ...entry, ...redactEvent(entry) };
}

/** Draws a conversation as text, time downwards. Devices have their names; whatever else spoke is the app. */
export function drawConversation(entries: readonly JournalEntry[]): string {
  const [first] = entries;
  const seen = entries.map((entry) => ({
    source: 'wire' as const,
    at: entry.at,
    actor: entry.device ?? 'app',
    entry: mask(entry),
  }));
  return renderArrowDiagram(renderTranscript(seen, first?.at ?? 0));
}
