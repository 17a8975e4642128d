import type { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { JournalSubject } from '../simulator/journal.ts';
import { parseClientFrame } from '../protocol/messages.ts';
import { createBodyRecorder } from './body-recorder.ts';
import {
  dropHopByHop,
  filterHeaders,
  forwardUpgradeHeaders,
  readHeader,
  showHeaders,
} from './forwarded-headers.ts';
import type { RawHeaders } from './forwarded-headers.ts';
import { createFrameTap } from './frame-tap.ts';
import type { FrameListener } from './frame-tap.ts';
import type { PassParts } from './pass-parts.ts';
import { subjectOfEndpoint } from './traffic.ts';
import { explainUnreachable, UNREACHABLE } from './unreachable.ts';

/** How much of the body of a refusal is recorded, in bytes. */
const SHOWN = 64 * 1024;

/**
 * Passes an upgrade on. Where the target accepts it, bytes pass from socket to socket as they are: fragments, pings, close
 * codes and compression are the two sides' own; what they say is read in passing.
 */
export function passUpgrade(
  parts: PassParts,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): ClientRequest {
  return new PassedUpgrade(parts, incoming, socket).pass(head);
}

class PassedUpgrade {
  readonly #parts: PassParts;
  readonly #incoming: IncomingMessage;
  readonly #socket: Duplex;
  readonly #origin: string;
  readonly #subject: JournalSubject;
  #closedBy: 'client' | 'server' | 'network' | undefined;

  constructor(parts: PassParts, incoming: IncomingMessage, socket: Duplex) {
    this.#parts = parts;
    this.#incoming = incoming;
    this.#socket = socket;
    const path = incoming.url ?? '/';
    this.#origin = parts.endpoints.resolve(path);
    this.#subject = { ...subjectOfEndpoint(path), connection: parts.traffic.newId() };
  }

  pass(head: Buffer): ClientRequest {
    const { method = 'GET', url: path = '/', rawHeaders } = this.#incoming;
    const headers = forwardUpgradeHeaders(rawHeaders, new URL(this.#origin).host);
    const request = this.#parts.target.request(this.#origin, { method, path, headers });
    const socket = this.#socket;
    if (head.length > 0) socket.unshift(head);
    socket.on('error', () => request.destroy());
    socket.once('close', () => request.destroy());
    request.once('upgrade', (answer, remote, rest) => this.#accept(answer, remote, rest));
    request.once('response', (answer) => void this.#refuse(answer));
    request.once('error', (error) => this.#fail(error));
    request.end();
    return request;
  }

  /** The URL that the client means: its own path and query, at the server. */
  get #url(): string {
    const { url = '/' } = this.#incoming;
    return url.startsWith('/') ? this.#origin.replace(/^http/, 'ws') + url : url;
  }

  #accept(answer: IncomingMessage, remote: Duplex, rest: Buffer): void {
    this.#write({
      kind: 'open',
      url: this.#url,
      headers: { ...showHeaders(this.#incoming.rawHeaders), host: new URL(this.#origin).host },
    });
    if (rest.length > 0) remote.unshift(rest);
    this.#socket.write(formatHead(answer, answer.rawHeaders));
    const extensions = readHeader(answer.rawHeaders, 'sec-websocket-extensions');
    const inward = createFrameTap(true, extensions, this.#listen('in'));
    const outward = createFrameTap(false, extensions, this.#listen('out'));
    breakOffTogether(this.#socket, remote);
    void Promise.allSettled([
      pipeline(this.#socket, inward, remote),
      pipeline(remote, outward, this.#socket),
    ]).then(() => this.#close('network', 1006, ''));
  }

  #listen(direction: 'in' | 'out'): FrameListener {
    return {
      onMessage: (data) =>
        this.#write({
          kind: 'frame',
          direction,
          raw: typeof data === 'string' ? data : Buffer.from(data).toString('base64'),
          binary: typeof data !== 'string',
          ...(direction === 'in' ? describeClientFrame(data) : describeServerFrame(data)),
        }),
      onClose: (code, reason) => this.#close(direction === 'in' ? 'client' : 'server', code, reason),
      onUnreadable: (problem) =>
        this.#write({
          kind: 'note',
          text: `what passes on this connection from here on is not read: ${problem}`,
          gap: 'frames',
        }),
    };
  }

  /** The first word on it counts. That a client answers a close frame shows that it has had what came before. */
  #close(by: 'client' | 'server' | 'network', code: number, reason: string): void {
    if (this.#closedBy === undefined) {
      this.#closedBy = by;
      this.#write({ kind: 'close', by, code, reason });
    } else if (this.#closedBy === 'server' && by === 'client') {
      this.#write({ kind: 'note', text: 'the client answered the close', answered: 'close' });
    }
  }

  async #refuse(answer: IncomingMessage): Promise<void> {
    const body = createBodyRecorder(SHOWN);
    answer.on('data', (chunk: Buffer) => body.take(chunk));
    // How the body is framed was a matter of the other connection; here it ends with this one.
    const kept = filterHeaders(dropHopByHop(answer.rawHeaders), () => true);
    this.#socket.write(formatHead(answer, [...kept, 'connection', 'close']));
    await pipeline(answer, this.#socket).catch(() => this.#socket.destroy());
    this.#write({
      kind: 'refused-upgrade',
      url: this.#url,
      status: answer.statusCode ?? 0,
      message: body.bytes()?.toString() ?? `(${body.size} bytes)`,
    });
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#socket.destroyed) return;
    const message = explainUnreachable(this.#origin, error);
    const body = JSON.stringify({ code: 'TargetUnreachable', message });
    this.#parts.traffic.write(
      { ...this.#subject, injected: UNREACHABLE },
      { kind: 'refused-upgrade', url: this.#url, status: 502, message },
    );
    this.#socket.end(
      `HTTP/1.1 502 Bad Gateway\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  }

  #write(event: Parameters<PassParts['traffic']['write']>[1]): void {
    this.#parts.traffic.write(this.#subject, event);
  }
}

function formatHead({ statusCode, statusMessage }: IncomingMessage, headers: RawHeaders): string {
  const lines = headers.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : [],
  );
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A reset on one side is a reset on the other: a crash looks like one. */
function breakOffTogether(one: Duplex, other: Duplex): void {
  for (const [socket, twin] of [
    [one, other],
    [other, one],
  ] as const) {
    // Two pipelines and those who wait for its end listen to it: a few, and not ever more.
    socket.setMaxListeners(30);
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true);
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      const isPlain = twin instanceof Socket && !(twin instanceof TLSSocket);
      if (code === 'ECONNRESET' && isPlain) twin.resetAndDestroy();
      else twin.destroy();
    });
  }
}

function describeClientFrame(data: string | Uint8Array): { action?: string; problem?: string } {
  const parsed = parseClientFrame(data);
  return parsed.ok ? { action: parsed.message.action } : { problem: parsed.problem };
}

function describeServerFrame(data: string | Uint8Array): { action?: string } {
  try {
    const { action } = JSON.parse(String(data)) as { action?: unknown };
    return typeof action === 'string' ? { action } : {};
  } catch {
    return {};
  }
}
