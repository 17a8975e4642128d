import { driscPathOf } from '../../protocol/drisc-path.ts';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../../protocol/messages.ts';
import type { TraceEvent } from '../trace/trace.ts';
import { orderEvents, readAction } from './order-events.ts';
import type { RecordedEntry } from './read-journal.ts';
import type { Gap, RecordedDevice } from './recorded-device.ts';

/** Sorts the entries of a journal: a device for each session, since whoever is no client sees no more of who is who. */
export function readEntries(entries: readonly RecordedEntry[]): RecordedDevice[] {
  const owners = ownersOf(entries);
  const others = new Set(entries.filter(isOtherTraffic).map(keyOf));
  const devices = new Map<string, RecordedEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === undefined || others.has(key)) continue;
    const owner = owners.get(key) ?? 'nobody';
    const own = devices.get(owner);
    if (own) own.push(entry);
    else devices.set(owner, [entry]);
  }
  const unseen = entries.find((entry) => isGap(entry) && entry.connection === undefined);
  return [...devices].map(([owner, own]) => readDevice(owner, unseen ? [...own, unseen] : own));
}

/** What belongs together: one exchange, or one connection; nothing for what belongs to neither. */
export function keyOf(entry: RecordedEntry): string | undefined {
  if (entry.kind === 'request' || entry.kind === 'response') return `exchange ${entry.exchange}`;
  // The simulator gives no id to a connection that never came to stand.
  if (entry.kind === 'refused-upgrade') return `connection ${entry.connection ?? `refused ${entry.seq}`}`;
  return entry.connection === undefined ? undefined : `connection ${entry.connection}`;
}

/** Whether a request is none of the protocol: a page sends others, too. */
export function isOtherTraffic(entry: RecordedEntry): boolean {
  return entry.kind === 'request' && driscPathOf(entry.url) === undefined;
}

/** Whose an entry is, as far as it says so itself. */
export function ownerOf({ sessionId, customerId }: RecordedEntry): string | undefined {
  if (sessionId !== undefined) return `session ${sessionId.slice(0, 8)}`;
  return customerId === undefined ? undefined : `customer ${customerId}`;
}

/** Whose each exchange and each connection is: a session's, where one of its entries says so. */
function ownersOf(entries: readonly RecordedEntry[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const entry of entries) {
    const [key, owner] = [keyOf(entry), ownerOf(entry)];
    if (key === undefined || owner === undefined) continue;
    if (entry.sessionId !== undefined || !owners.has(key)) owners.set(key, owner);
  }
  return owners;
}

/** What one device's entries show. */
export function readDevice(name: string, entries: readonly RecordedEntry[]): RecordedDevice {
  const gaps = new Map<Gap, string>();
  const ids = new Map<string, number>();
  const numberOf = (key: string): number => ids.get(key) ?? ids.set(key, ids.size + 1).size;
  const unread = new Set(entries.filter(isUnread).map(keyOf));
  const drisc = driscKeys(entries);
  const seen = entries.filter((entry) => drisc.has(keyOf(entry)) && !unread.has(keyOf(entry)));
  const [endpoint] = seen.flatMap((entry) =>
    entry.kind === 'response' ? (readEndpoint(entry.body) ?? []) : [],
  );
  if (!endpoint && seen.some(({ kind }) => kind === 'open')) {
    gaps.set('beginning', 'The journal began when the session had been granted already.');
  }
  if (endpoint === undefined || endpoint.includes('•••')) {
    gaps.set('endpoint', 'The journal masks tokens, so it does not show the endpoint as it was written.');
  }
  if (unread.size > 0) gaps.set('answers', 'A body passed that the journal does not have.');
  if (entries.some(isClipped)) gaps.set('frames', 'A frame passed that the journal does not have whole.');
  for (const entry of entries) if (isGap(entry)) gaps.set('frames', `Frames passed unseen: ${entry.text}.`);
  const events = seen.flatMap((entry) => toEvents(entry, numberOf(keyOf(entry) ?? ''), endpoint));
  const subject = readSubject(entries);
  const heardOut = new Set(
    seen.flatMap((entry) =>
      entry.kind === 'note' && entry.answered === 'close' ? numberOf(keyOf(entry) ?? '') : [],
    ),
  );
  return { name, events: orderEvents(events), assumed: new Set(), gaps, subject, heardOut };
}

function readSubject(entries: readonly RecordedEntry[]): RecordedDevice['subject'] {
  const first = (name: 'customerId' | 'offerId' | 'sessionId'): string | undefined =>
    entries.find((entry) => entry[name] !== undefined)?.[name];
  return { customerId: first('customerId'), offerId: first('offerId'), sessionId: first('sessionId') };
}

function isGap(entry: RecordedEntry): entry is Extract<RecordedEntry, { kind: 'note' }> {
  return entry.kind === 'note' && entry.gap === 'frames';
}

function isUnread(entry: RecordedEntry): boolean {
  return (entry.kind === 'request' || entry.kind === 'response') && entry.unread !== undefined;
}

const ACTIONS: ReadonlySet<string> = new Set([...CLIENT_ACTIONS, ...SERVER_ACTIONS]);

/** Which exchanges and connections are of the protocol: a proxy sees a page's other traffic too, such as a chat. */
function driscKeys(entries: readonly RecordedEntry[]): ReadonlySet<string | undefined> {
  const own = entries.filter((entry) => {
    if (entry.kind === 'request') return !isOtherTraffic(entry);
    if (entry.kind === 'response') return false;
    const said = entry.kind === 'frame' ? readAction(entry.raw, entry.binary) : undefined;
    return entry.sessionId !== undefined || ACTIONS.has(said ?? '');
  });
  return new Set(own.map(keyOf));
}

/** The endpoint of an answer, however its server escapes it. */
function readEndpoint(body: string): string | undefined {
  try {
    const { endpoint } = JSON.parse(body) as { endpoint?: unknown };
    return typeof endpoint === 'string' ? endpoint : undefined;
  } catch {
    return undefined;
  }
}

function toEvents(entry: RecordedEntry, id: number, endpoint: string | undefined): TraceEvent[] {
  const { at } = entry;
  if (neverCame(entry) || isClipped(entry)) return [];
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
        { at, kind: 'attempt', link: id, url: readUrl(entry.url, endpoint) },
        { at, kind: 'open', link: id, ...mark },
      ];
    case 'refused-upgrade':
      return [
        { at, kind: 'attempt', link: id, url: readUrl(entry.url, endpoint) },
        { at, kind: 'refused', link: id, status: entry.status, ...mark },
      ];
    case 'frame': {
      const { direction, raw, binary } = entry;
      const kind = direction === 'in' ? 'said' : 'told';
      return [{ at, kind, link: id, raw, binary, action: readAction(raw, binary), ...mark }];
    }
    case 'close':
      return [{ at, kind: 'close', link: id, by: entry.by, code: entry.code, ...mark }];
    case 'note':
      return [];
  }
}

function isClipped(entry: RecordedEntry): boolean {
  return entry.kind === 'frame' && entry.clippedFrom !== undefined;
}

/** What a fault of the simulator swallowed on its way to the client: nobody was told it. */
function neverCame(entry: RecordedEntry): boolean {
  if (entry.kind === 'frame') return entry.direction === 'out' && entry.lost === true;
  return entry.kind === 'close' && entry.by === 'server' && entry.lost === true;
}

/** A server knows the path only, and by a masked token one knows no more than whose it is. */
function readUrl(url: string, endpoint = ''): string {
  const isMasked = url.includes('•••') || endpoint.includes('•••');
  if (/^wss?:/i.test(url) && !url.includes('•••')) return url;
  if (!/^wss?:/i.test(endpoint) || !URL.canParse(endpoint)) return placePath(url, 'ws://server');
  if (isMasked) return endpoint;
  const { href, origin } = new URL(endpoint);
  const opened = placePath(url, origin);
  return opened === href ? endpoint : opened;
}

/** A path is put behind its origin as it came: resolved against it, `//[` would be another host. */
function placePath(path: string, origin: string): string {
  return new URL(path.startsWith('/') ? origin + path : path, origin).href;
}
