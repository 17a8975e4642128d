import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { JournalSubject } from '../simulator/journal.ts';
import type { ClientLine } from './client-line.ts';
import { createBodyRecorder, decodeBody, LARGEST_BODY } from './body-recorder.ts';
import type { BodyRecorder } from './body-recorder.ts';
import { dropHopByHop, forwardRequestHeaders, showHeaders } from './forwarded-headers.ts';
import { passGrant } from './pass-grant.ts';
import { isDriscPath } from './pass-parts.ts';
import type { PassedExchange, PassParts } from './pass-parts.ts';
import { subjectOfRequest } from './traffic.ts';
import { explainUnreachable, UNREACHABLE } from './unreachable.ts';

/**
 * Passes a request on and its answer back, as they come: neither side is read faster than the other takes.
 */
export function passRequest(
  parts: PassParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  line: ClientLine,
): void {
  new PassedRequest(parts, incoming, outgoing).pass(line);
}

/** One request on its way. */
class PassedRequest implements PassedExchange {
  readonly parts: PassParts;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly came: BodyRecorder;
  readonly #exchange: string;
  readonly #sent: BodyRecorder;
  readonly #subject: JournalSubject;
  #isWritten = false;
  #isConnected = false;
  #isAnswered = false;

  constructor(parts: PassParts, incoming: IncomingMessage, outgoing: ServerResponse) {
    this.parts = parts;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#exchange = parts.traffic.newId();
    const most = isDriscPath(this.path) ? LARGEST_BODY : 0;
    this.#sent = createBodyRecorder(most);
    this.came = createBodyRecorder(most);
    this.#subject = subjectOfRequest(incoming.headers.authorization);
  }

  get path(): string {
    return this.incoming.url ?? '/';
  }

  pass(line: ClientLine): void {
    const { parts, incoming, outgoing } = this;
    const { origin } = parts.target;
    const request = parts.target.request(origin, {
      method: incoming.method ?? 'GET',
      path: this.path,
      headers: forwardRequestHeaders(incoming.rawHeaders, new URL(origin).host),
      agent: line.agent,
    });
    line.carry(request, outgoing);
    request.setNoDelay(true);
    request.once('socket', (socket) => this.#awaitConnection(request, socket));
    request.on('continue', () => outgoing.writeContinue());
    request.once('response', (answer) => void this.#passAnswer(answer));
    request.once('error', (error) => this.#fail(error));
    outgoing.once('close', () => outgoing.writableFinished || request.destroy());
    incoming.on('data', (chunk: Buffer) => this.#sent.take(chunk));
    incoming.once('end', () => this.#writeRequest());
    this.#sendBody(request);
  }

  writeAnswer(answer: IncomingMessage, subject: JournalSubject = {}): void {
    const headers = showHeaders(answer.rawHeaders);
    this.#write(
      { ...this.#subject, ...subject },
      {
        kind: 'response',
        exchange: this.#exchange,
        status: answer.statusCode ?? 0,
        headers,
        ...showBody(this.came, headers['content-encoding']),
      },
    );
  }

  begin(answer: IncomingMessage, headers: string[]): void {
    const { outgoing } = this;
    outgoing.sendDate = false;
    // The target is about to close: the client should know, as it would without us.
    if (/\bclose\b/i.test(answer.headers.connection ?? '')) outgoing.shouldKeepAlive = false;
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers);
  }

  note(text: string, subject: JournalSubject = {}): void {
    this.#write({ ...this.#subject, ...subject }, { kind: 'note', text });
  }

  #sendBody(request: ClientRequest): void {
    // A target may answer and go before it has the whole body; what became of that, the answer says.
    pipeline(this.incoming, request).catch(() => {});
  }

  #awaitConnection(request: ClientRequest, socket: Socket): void {
    this.#isConnected = request.reusedSocket;
    if (request.reusedSocket) return;
    const event = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
    socket.once(event, () => (this.#isConnected = true));
  }

  async #passAnswer(answer: IncomingMessage): Promise<void> {
    this.#isAnswered = true;
    this.#writeRequest();
    try {
      await (this.#isGrant(answer) ? passGrant(this, answer) : this.#stream(answer));
    } catch {
      // One side went away in the middle: so does the other.
      this.note(`the answer to ${this.incoming.method} ${this.path} broke off`);
      this.outgoing.destroy();
    }
  }

  #isGrant(answer: IncomingMessage): boolean {
    const { keepEndpoint } = this.parts;
    return (
      !keepEndpoint && this.incoming.method === 'POST' && answer.statusCode === 200 && isDriscPath(this.path)
    );
  }

  async #stream(answer: IncomingMessage): Promise<void> {
    this.begin(answer, dropHopByHop(answer.rawHeaders));
    answer.on('data', (chunk: Buffer) => this.came.take(chunk));
    answer.once('end', () => {
      this.writeAnswer(answer);
      if (answer.rawTrailers.length > 0) this.outgoing.addTrailers(pairs(answer.rawTrailers));
    });
    await pipeline(answer, this.outgoing);
  }

  #fail(error: NodeJS.ErrnoException): void {
    const { incoming, outgoing, parts } = this;
    this.#writeRequest();
    if (this.#isAnswered || outgoing.destroyed) return;
    if (this.#isConnected) {
      this.#write(this.#subject, {
        kind: 'response',
        exchange: this.#exchange,
        status: 0,
        headers: {},
        body: '',
      });
      this.note(`${parts.target.origin} broke ${incoming.method} ${this.path} off: ${error.message}`);
      incoming.socket.destroy();
      return;
    }
    this.#answerUnreachable(explainUnreachable(parts.target.origin, error));
  }

  #answerUnreachable(message: string): void {
    const body = JSON.stringify({ code: 'TargetUnreachable', message });
    const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
    this.#write(
      { ...this.#subject, injected: UNREACHABLE },
      { kind: 'response', exchange: this.#exchange, status: 502, headers, body },
    );
    this.note(message);
    this.outgoing.writeHead(502, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }

  /** Once: when the whole body has come, or the answer was quicker. */
  #writeRequest(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    const { method = '', rawHeaders } = this.incoming;
    const headers = showHeaders(rawHeaders);
    this.#write(this.#subject, {
      kind: 'request',
      exchange: this.#exchange,
      method,
      url: this.path.startsWith('/') ? this.parts.target.origin + this.path : this.path,
      headers,
      ...showBody(this.#sent, headers['content-encoding']),
    });
  }

  #write(...[subject, event]: Parameters<PassParts['traffic']['write']>): void {
    this.parts.traffic.write(subject, event);
  }
}

function showBody(recorder: BodyRecorder, coding = ''): { body: string; unread?: number } {
  const bytes = recorder.bytes();
  const body = bytes && decodeBody(bytes, coding, LARGEST_BODY);
  return body === undefined ? { body: '', unread: recorder.size } : { body };
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [],
  );
}
