import { z } from 'zod';
import type { TraceEvent } from '../trace/trace.ts';
import { orderEvents, readAction } from './order-events.ts';
import { RecordingError } from './recorded-device.ts';
import type { Gap, RecordedDevice } from './recorded-device.ts';

const common = {
  at: z.number(),
  customerId: z.string().optional(),
  sessionId: z.string().optional(),
  injected: z.string().optional(),
};
const headers = z.record(z.string(), z.string());

const entrySchema = z.discriminatedUnion('kind', [
  z.looseObject({
    ...common,
    kind: z.literal('request'),
    exchange: z.string(),
    method: z.string(),
    url: z.string(),
    headers,
    body: z.string(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('response'),
    exchange: z.string(),
    status: z.int(),
    body: z.string(),
  }),
  z.looseObject({ ...common, kind: z.literal('open'), connection: z.string(), url: z.string(), headers }),
  z.looseObject({
    ...common,
    kind: z.literal('frame'),
    connection: z.string(),
    direction: z.enum(['in', 'out']),
    raw: z.string(),
    binary: z.boolean(),
  }),
  z.looseObject({
    ...common,
    kind: z.literal('close'),
    connection: z.string(),
    by: z.enum(['client', 'server', 'network']),
    code: z.int(),
  }),
]);
type Entry = z.infer<typeof entrySchema>;

/** What the journal has beside the conversation itself. */
const PASSED_OVER: ReadonlySet<unknown> = new Set(['step', 'ended', 'note', 'refused-upgrade']);

/**
 * Reads the simulator's journal, a line an entry: a device for each session, since a server sees no more of who is who.
 * @throws {RecordingError} with the line that is none.
 */
export function readJournal(text: string, file: string): RecordedDevice[] {
  const entries = text.split('\n').flatMap((line, index) => readLine(line, `${file}:${index + 1}`));
  const sessions = new Map<string, Entry[]>();
  const owners = ownersOf(entries);
  for (const entry of entries) {
    const owner = owners.get(keyOf(entry)) ?? 'nobody';
    sessions.set(owner, [...(sessions.get(owner) ?? []), entry]);
  }
  return [...sessions].map(([owner, own]) => readDevice(owner, own));
}

function readLine(line: string, where: string): Entry[] {
  if (line.trim() === '') return [];
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch (cause) {
    throw new RecordingError(`${where}: expected an entry of the journal, which is JSON`, { cause });
  }
  if (PASSED_OVER.has((content as { kind?: unknown } | null)?.kind)) return [];
  const parsed = entrySchema.safeParse(content);
  if (parsed.success) return [parsed.data];
  const [issue] = parsed.error.issues;
  throw new RecordingError(`${where}: no entry of the journal: ${issue?.path.join('.')}: ${issue?.message}`);
}

function keyOf(entry: Entry): string {
  return entry.kind === 'request' || entry.kind === 'response'
    ? `exchange ${entry.exchange}`
    : `connection ${entry.connection}`;
}

/** Whose each exchange and each connection is. */
function ownersOf(entries: readonly Entry[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const entry of entries) {
    const { sessionId, customerId } = entry;
    if (sessionId !== undefined) owners.set(keyOf(entry), `session ${sessionId.slice(0, 8)}`);
    else if (customerId !== undefined && !owners.has(keyOf(entry)))
      owners.set(keyOf(entry), `customer ${customerId}`);
  }
  return owners;
}

function readDevice(name: string, entries: readonly Entry[]): RecordedDevice {
  const gaps = new Map<Gap, string>();
  const ids = new Map<string, number>();
  const numberOf = (key: string): number => ids.get(key) ?? ids.set(key, ids.size + 1).size;
  const granted = entries.find((entry) => entry.kind === 'response' && entry.body.includes('"endpoint"'));
  const endpoint =
    granted?.kind === 'response' ? /"endpoint"\s*:\s*"([^"]*)"/.exec(granted.body)?.[1] : undefined;
  if (!endpoint && entries.some(({ kind }) => kind === 'open')) {
    gaps.set('beginning', 'The journal began when the session had been granted already.');
  }
  gaps.set('endpoint', 'The journal masks tokens, so it does not show the endpoint as it was written.');
  const events = entries.flatMap((entry) => toEvents(entry, numberOf(keyOf(entry)), endpoint));
  return { name, events: orderEvents(events), assumed: new Set(), gaps };
}

function toEvents(entry: Entry, id: number, endpoint: string | undefined): TraceEvent[] {
  const { at } = entry;
  const mark = entry.injected === undefined ? {} : { injected: entry.injected };
  switch (entry.kind) {
    case 'request': {
      const { pathname, search } = new URL(entry.url, 'http://server');
      const { method, headers, body } = entry;
      return [
        { at, kind: 'request', exchange: id, method, target: pathname + search, headers, body, ...mark },
      ];
    }
    case 'response':
      return [{ at, kind: 'response', exchange: id, status: entry.status, body: entry.body, ...mark }];
    case 'open':
      return [
        { at, kind: 'attempt', link: id, url: endpoint ?? new URL(entry.url, 'ws://server').href },
        { at, kind: 'open', link: id, ...mark },
      ];
    case 'frame': {
      const { direction, raw, binary } = entry;
      const kind = direction === 'in' ? 'said' : 'told';
      return [{ at, kind, link: id, raw, binary, action: readAction(raw, binary), ...mark }];
    }
    case 'close':
      return [{ at, kind: 'close', link: id, by: entry.by, code: entry.code, ...mark }];
  }
}
