import { z } from 'zod';
import { driscPathOf } from '../../protocol/drisc-path.ts';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../../protocol/messages.ts';
import { INSTANT } from '../trace/trace.ts';
import type { TraceEvent } from '../trace/trace.ts';
import { harSchema } from './har-schema.ts';
import type { HarEntry } from './har-schema.ts';
import { orderEvents, readAction } from './order-events.ts';
import { RecordingError } from './recorded-device.ts';
import type { Gap, RecordedDevice } from './recorded-device.ts';

/**
 * Reads the DRISC conversation out of a HAR with WebSocket messages, as Chrome's developer tools and Playwright write it.
 * What else was recorded is passed over.
 * @throws {RecordingError} where it is no HAR, with the place.
 */
export function readHar(text: string, file: string): RecordedDevice {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new RecordingError(`${file}: expected a HAR, and this is no JSON: is it cut off?`, { cause });
  }
  const parsed = harSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue ? z.core.toDotPath(issue.path) : '';
    throw new RecordingError(`${file}: ${path === '' ? 'the file' : path}: ${issue?.message}`);
  }
  const { creator, entries } = parsed.data.log;
  // Others who write messages of WebSockets into a HAR are browsers; our own is of a server or a proxy.
  return { ...new HarReader(file, entries).read(), isOwnView: creator?.name !== 'drisckit' };
}

const ACTIONS: ReadonlySet<string | undefined> = new Set([...CLIENT_ACTIONS, ...SERVER_ACTIONS]);
const MASK = /(•|%E2%80%A2){3}/gi;

class HarReader {
  readonly #file: string;
  readonly #entries: readonly HarEntry[];
  readonly #events: TraceEvent[] = [];
  readonly #assumed = new Set<TraceEvent>();
  readonly #gaps = new Map<Gap, string>();
  readonly #endpoints = new Set<string>();
  #count = 0;

  constructor(file: string, entries: readonly HarEntry[]) {
    this.#file = file;
    this.#entries = entries.toSorted((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime));
  }

  read(): RecordedDevice {
    for (const entry of this.#entries) if (isExchange(entry)) this.#readExchange(entry);
    for (const entry of this.#entries) if (this.#isSocket(entry)) this.#readSocket(entry);
    if (this.#events.some(({ kind }) => kind === 'attempt')) {
      this.#gaps.set('closes', 'A HAR does not tell when and by whom a connection was closed.');
    }
    return {
      name: this.#file,
      events: orderEvents(this.#events),
      assumed: this.#assumed,
      gaps: this.#gaps,
    };
  }

  #readExchange({ startedDateTime, time, request, response }: HarEntry): void {
    const at = Date.parse(startedDateTime);
    const exchange = ++this.#count;
    const { pathname, search } = new URL(request.url);
    if (request.headers === undefined)
      this.#gaps.set('headers', 'The headers of requests are not in the HAR.');
    const headers = Object.fromEntries(
      (request.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    );
    const { method, postData } = request;
    const target = pathname + search;
    this.#events.push({ at, kind: 'request', exchange, method, target, headers, body: postData?.text ?? '' });
    const body = this.#readBody(response);
    if (body === undefined && response.status === 200) {
      const what = `the body of the answer to ${method} ${pathname}`;
      this.#gaps.set('answers', `The HAR lacks ${what}; record it with content.`);
      return;
    }
    const status = Math.max(0, response.status);
    this.#events.push({
      at: at + Math.max(0, time ?? 0),
      kind: 'response',
      exchange,
      status,
      body: body ?? '',
    });
  }

  #readBody({ content }: HarEntry['response']): string | undefined {
    if (content?.text === undefined) return content?.size === 0 ? '' : undefined;
    const { text, encoding } = content;
    const body = encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
    const endpoint = /"endpoint"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
    if (endpoint !== undefined) this.#endpoints.add(this.#unmask(JSON.parse(endpoint) as string));
    return body;
  }

  /** Other sockets of a page, such as a chat, are none of ours. */
  #isSocket({ request, _webSocketMessages: messages = [] }: HarEntry): boolean {
    if (!/^wss?:/i.test(request.url)) return false;
    return (
      this.#endpoints.has(this.#unmask(request.url)) ||
      messages.some(({ data, opcode }) => ACTIONS.has(readAction(data, opcode === 2)))
    );
  }

  #readSocket({ startedDateTime, request, response, _webSocketMessages: messages }: HarEntry): void {
    const link = ++this.#count;
    const at = Math.min(Date.parse(startedDateTime), messages?.[0]?.time ?? Infinity);
    const url = this.#unmask(request.url);
    if (this.#endpoints.size === 0) {
      this.#gaps.set('beginning', 'The recording began when the session had been granted already.');
    }
    this.#events.push({ at, kind: 'attempt', link, url });
    if (response.status >= 400) {
      this.#events.push({ at, kind: 'refused', link, status: response.status });
      return;
    }
    if (!messages) {
      this.#gaps.set('frames', 'The HAR has a WebSocket without its messages; record it in Chromium.');
      return;
    }
    this.#events.push({ at, kind: 'open', link });
    let last = at;
    for (const { type, time, opcode, data, _injected: injected, _lost: isLost } of messages) {
      if ((opcode !== 1 && opcode !== 2) || (isLost && type === 'receive')) continue;
      // The order of messages is certain, and a clock that was set back is not.
      last = Math.max(last, time);
      const binary = opcode === 2;
      const kind = type === 'send' ? 'said' : 'told';
      const mark = injected === undefined ? {} : { injected };
      const action = readAction(data, binary);
      this.#events.push({ at: last, kind, link, raw: data, binary, action, ...mark });
    }
    const close: TraceEvent = { at: last + INSTANT, kind: 'close', link, by: 'client', code: 1005 };
    this.#assumed.add(close);
    this.#events.push(close);
  }

  #unmask(url: string): string {
    if (url.search(MASK) === -1) return url;
    this.#gaps.set('tokens', 'Tokens are masked in the recording, so endpoints cannot be told apart.');
    return url.replace(MASK, '•••');
  }
}

function isExchange({ request }: HarEntry): boolean {
  if (!/^https?:/i.test(request.url) || request.method === 'OPTIONS') return false;
  return driscPathOf(request.url) !== undefined;
}
