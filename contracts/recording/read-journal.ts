import { z } from 'zod';
import type { JournalEntry } from '../../simulator/journal.ts';
import { readEntries } from './read-entries.ts';
import { RecordingError } from './recorded-device.ts';
import type { RecordedDevice } from './recorded-device.ts';

const common = {
  at: z.number(),
  customerId: z.string().optional(),
  sessionId: z.string().optional(),
  injected: z.string().optional(),
};
const headers = z.record(z.string(), z.string());

/** An entry of a journal, as far as a reader needs it; entries may have more. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.looseObject({
    ...common,
    kind: z.literal('request'),
    exchange: z.string(),
    method: z.string(),
    url: z.string(),
    headers,
    body: z.string(),
    unread: z.int().optional(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('response'),
    exchange: z.string(),
    status: z.int(),
    body: z.string(),
    unread: z.int().optional(),
  }),
  z.looseObject({ ...common, kind: z.literal('open'), connection: z.string(), url: z.string(), headers }),
  z.looseObject({
    ...common,
    kind: z.literal('refused-upgrade'),
    connection: z.string().optional(),
    url: z.string(),
    status: z.int(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('frame'),
    connection: z.string(),
    direction: z.enum(['in', 'out']),
    raw: z.string(),
    binary: z.boolean(),
    lost: z.boolean().optional(),
    clippedFrom: z.int().optional(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('close'),
    connection: z.string(),
    by: z.enum(['client', 'server', 'network']),
    code: z.int(),
    lost: z.boolean().optional(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('note'),
    connection: z.string().optional(),
    text: z.string(),
    gap: z.enum(['frames']).optional(),
    answered: z.enum(['close']).optional(),
  }),
]);

/** An entry of a journal about what passed. */
export type RecordedEntry = Exclude<JournalEntry, { kind: 'step' | 'ended' }>;

/** What the journal has beside the conversation itself. */
const PASSED_OVER: ReadonlySet<unknown> = new Set(['step', 'ended']);

/**
 * Reads the journal of the simulator or of the proxy, a line an entry.
 * @throws {RecordingError} with the line that is none.
 */
export function readJournal(text: string, file: string): RecordedDevice[] {
  const entries = text.split('\n').flatMap((line, index) => readLine(line, `${file}:${index + 1}`));
  return readEntries(entries);
}

function readLine(line: string, where: string): RecordedEntry[] {
  if (line.trim() === '') return [];
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (cause) {
    throw new RecordingError(`${where}: expected an entry of the journal, which is JSON`, { cause });
  }
  if (PASSED_OVER.has((content as { kind?: unknown } | null)?.kind)) return [];
  const parsed = journalEntrySchema.safeParse(content);
  // Members that no judge reads are not checked.
  if (parsed.success) return [parsed.data as unknown as RecordedEntry];
  const [issue] = parsed.error.issues;
  throw new RecordingError(`${where}: no entry of the journal: ${issue?.path.join('.')}: ${issue?.message}`);
}
