import type { JournalEntry } from './journal-entry.ts';
import { VERSION } from './version.ts';

type Entry<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { kind: Kind }>;
interface NameValue {
  name: string;
  value: string;
}

/** A HAR 1.2 archive, with the members that browsers add for WebSockets. */
export interface Har {
  log: {
    version: '1.2';
    creator: { name: string; version: string };
    entries: HarEntry[];
  };
}

export interface HarEntry {
  startedDateTime: string;
  /** Milliseconds. */
  time: number;
  request: Record<string, unknown>;
  response: Record<string, unknown>;
  cache: Record<string, never>;
  timings: { send: number; wait: number; receive: number };
  connection?: string;
  comment?: string;
  _resourceType: 'fetch' | 'websocket';
  /** Seen from the client: `send` is what it sent. `time` is in seconds since the epoch, as Chrome has it. */
  _webSocketMessages?: HarMessage[];
}

/** A frame; `_injected` is the fault that touched it, `_lost` says that it never arrived. */
export interface HarMessage {
  type: 'send' | 'receive';
  time: number;
  opcode: 1 | 2;
  data: string;
  _injected?: string;
  _lost?: true;
}

/**
 * Turns journal entries into a HAR 1.2 archive: an entry for each request, and one for each WebSocket with its messages,
 * or with the status that refused it. A request whose answer has not been seen has the status 0.
 */
export function formatHar(entries: readonly JournalEntry[]): Har {
  const responses = new Map<string, Entry<'response'>>();
  const frames = new Map<string, Entry<'frame'>[]>();
  const closes = new Map<string, Entry<'close'>>();
  for (const entry of entries) {
    if (entry.kind === 'response') responses.set(entry.exchange, entry);
    if (entry.connection === undefined) continue;
    if (entry.kind === 'frame') {
      const known = frames.get(entry.connection);
      if (known) known.push(entry);
      else frames.set(entry.connection, [entry]);
    }
    if (entry.kind === 'close') closes.set(entry.connection, entry);
  }
  const harEntries = entries.flatMap((entry): HarEntry[] => {
    if (entry.kind === 'request') return [formatExchange(entry, responses.get(entry.exchange))];
    if (entry.kind === 'refused-upgrade') return [formatRefusal(entry)];
    if (entry.kind !== 'open') return [];
    const connection = entry.connection ?? '';
    return [formatWebSocket(entry, frames.get(connection) ?? [], closes.get(connection))];
  });
  return { log: { version: '1.2', creator: { name: 'drisckit', version: VERSION }, entries: harEntries } };
}

function formatExchange(request: Entry<'request'>, response: Entry<'response'> | undefined): HarEntry {
  const wait = response ? response.at - request.at : 0;
  const bodied =
    request.body === ''
      ? {}
      : { postData: { mimeType: request.headers['content-type'] ?? '', text: request.body } };
  return {
    startedDateTime: new Date(request.at).toISOString(),
    time: wait,
    request: {
      ...formatRequest(request.method, toUrl(request.url, 'http'), request.headers, request.body),
      ...bodied,
    },
    response: formatResponse(response?.status ?? 0, response?.headers ?? {}, response?.body ?? ''),
    cache: {},
    timings: { send: 0, wait, receive: 0 },
    ...commentOn(response?.injected),
    _resourceType: 'fetch',
  };
}

function formatWebSocket(
  open: Entry<'open'>,
  frames: readonly Entry<'frame'>[],
  close: Entry<'close'> | undefined,
): HarEntry {
  const last = close?.at ?? frames.at(-1)?.at ?? open.at;
  return {
    startedDateTime: new Date(open.at).toISOString(),
    time: last - open.at,
    request: formatRequest('GET', toUrl(open.url, 'ws', open.headers['host']), open.headers, ''),
    response: formatResponse(101, { upgrade: 'websocket', connection: 'Upgrade' }, ''),
    cache: {},
    timings: { send: 0, wait: 0, receive: last - open.at },
    connection: open.connection ?? '',
    ...commentOn(open.injected ?? close?.injected),
    _resourceType: 'websocket',
    _webSocketMessages: frames.map(formatMessage),
  };
}

function formatRefusal({ at, url, status, message, injected }: Entry<'refused-upgrade'>): HarEntry {
  return {
    startedDateTime: new Date(at).toISOString(),
    time: 0,
    request: formatRequest('GET', toUrl(url, 'ws'), {}, ''),
    response: formatResponse(status, {}, message),
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    ...commentOn(injected),
    _resourceType: 'websocket',
  };
}

/** An absolute URL in any case: what a client said is none now and then, and is shown as a parameter then. */
function toUrl(url: string, scheme: 'http' | 'ws', host = 'localhost'): URL {
  const local = `${scheme}://localhost`;
  for (const base of [`${scheme}://${host}`, local]) if (URL.canParse(url, base)) return new URL(url, base);
  const odd = new URL(local);
  odd.searchParams.set('url', url);
  return odd;
}

function formatMessage({ direction, at, binary, raw, injected, lost }: Entry<'frame'>): HarMessage {
  return {
    type: direction === 'in' ? 'send' : 'receive',
    time: at / 1000,
    opcode: binary ? 2 : 1,
    data: raw,
    ...(injected === undefined ? {} : { _injected: injected }),
    ...(lost ? { _lost: true } : {}),
  };
}

function commentOn(injected: string | undefined): { comment?: string } {
  return injected === undefined ? {} : { comment: `injected: ${injected}` };
}

function formatRequest(method: string, url: URL, headers: Record<string, string>, body: string) {
  const query: NameValue[] = Array.from(url.searchParams, ([name, value]) => ({ name, value }));
  return {
    method,
    url: url.href,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: listHeaders(headers),
    queryString: query,
    headersSize: -1,
    bodySize: new TextEncoder().encode(body).byteLength,
  };
}

function formatResponse(status: number, headers: Record<string, string>, body: string) {
  const size = new TextEncoder().encode(body).byteLength;
  return {
    status,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: listHeaders(headers),
    content: { size, mimeType: headers['content-type'] ?? 'x-unknown', text: body },
    redirectURL: '',
    headersSize: -1,
    bodySize: size,
  };
}

function listHeaders(headers: Record<string, string>): NameValue[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
