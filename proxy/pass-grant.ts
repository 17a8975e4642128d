import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { JournalSubject } from '../simulator/journal.ts';
import { decodeBody, LARGEST_BODY } from './body-recorder.ts';
import { dropHopByHop, mapHeaders } from './forwarded-headers.ts';
import type { RedirectedEndpoint } from './endpoint-book.ts';
import type { PassedExchange } from './pass-parts.ts';
import { subjectOfEndpoint } from './traffic.ts';

/**
 * Passes on an answer that may hold an endpoint, and lets that lead through the proxy. It is the one thing that is
 * changed in what passes: the record has it as the server sent it, and a note that says what the client was given.
 */
export async function passGrant(exchange: PassedExchange, answer: IncomingMessage): Promise<void> {
  const chunks = await readBeginning(answer, exchange);
  const headers = dropHopByHop(answer.rawHeaders);
  if (!answer.readableEnded) {
    exchange.note('an answer is too large to be a grant and passes as it is');
    exchange.begin(answer, headers);
    for (const chunk of chunks) exchange.outgoing.write(chunk);
    answer.once('end', () => exchange.writeAnswer(answer));
    return pipeline(answer, exchange.outgoing);
  }
  const whole = Buffer.concat(chunks);
  const coding = answer.headers['content-encoding'] ?? '';
  const redirected = redirect(exchange, whole, coding);
  const bytes = redirected ? encodeBody(redirected.body, coding) : whole;
  const subject = redirected ? subjectOfEndpoint(redirected.from) : {};
  exchange.writeAnswer(answer, subject);
  if (redirected) noteRedirection(exchange, redirected, subject);
  const length = String(bytes.length);
  exchange.begin(
    answer,
    mapHeaders(headers, (name, value) => (name === 'content-length' ? length : value)),
  );
  exchange.outgoing.end(bytes);
}

/** Reads an answer to its end, or until it is larger than any grant. */
async function readBeginning(answer: IncomingMessage, { came }: PassedExchange): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    came.take(chunk);
    if (came.size > LARGEST_BODY) break;
  }
  return chunks;
}

function redirect(
  { parts, incoming }: PassedExchange,
  bytes: Buffer,
  coding: string,
): RedirectedEndpoint | undefined {
  const body = decodeBody(bytes, coding, LARGEST_BODY);
  const { host } = incoming.headers;
  if (body === undefined || host === undefined) return undefined;
  return parts.endpoints.redirect(body, `${parts.isSecure ? 'wss' : 'ws'}://${host}`);
}

function noteRedirection(
  exchange: PassedExchange,
  { from, to }: RedirectedEndpoint,
  subject: JournalSubject,
): void {
  const [origin, own] = [from, to].map((endpoint) => endpoint.split('/', 3).join('/'));
  exchange.note(`the endpoint leads through the proxy: ${origin} became ${own}`, subject);
}

const ENCODERS: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

function encodeBody(text: string, coding: string): Buffer {
  return ENCODERS[coding.trim().toLowerCase()]?.(text) ?? Buffer.from(text);
}
