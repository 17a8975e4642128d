import type { OfferChoice } from '../../protocol/http-bodies.ts';
import { readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { Pace } from './pace.ts';
import type { Record } from './record.ts';
import { endSession } from './take-leave.ts';
import type { EndSessionOptions } from './take-leave.ts';
import type { Finding } from './violation.ts';
import { openWire } from './wire.ts';
import type { Wire } from './wire.ts';

export interface RequestOptions {
  method?: string;
  headers?: { [name: string]: string };
  body?: string | undefined;
}

/**
 * Sends a request to a server under test and writes it down.
 * @throws {Inconclusive} once the run has been broken off.
 */
export async function request(
  record: Record,
  device: string,
  url: string,
  options: RequestOptions,
): Promise<HttpAnswer> {
  record.goOn();
  const { guestBook } = record;
  return guestBook.asks(
    ask(record, device, url, options).then((answer) => {
      const read = readAnswer(answer);
      if (read.kind === 'granted') guestBook.isGranted(read.endpoint);
      return answer;
    }),
  );
}

async function ask(
  record: Record,
  device: string,
  url: string,
  { method = 'POST', headers = {}, body }: RequestOptions,
): Promise<HttpAnswer> {
  const path = new URL(url).pathname;
  record.write({
    device,
    kind: 'request',
    direction: 'out',
    label: `${method} ${path}`,
    ...(body ? { raw: body } : {}),
  });
  const response = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  const { status } = response;
  record.write({ device, kind: 'response', direction: 'in', label: String(status), raw: text });
  return { status, headers: response.headers, text, body: readJson(text) };
}

/** Whether an error means that a request got no whole answer, for whatever reason. */
export function isSilence(error: unknown): error is Error {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  return (
    isTimeout || isBrokenAnswer(error) || (error instanceof TypeError && error.message === 'fetch failed')
  );
}

/** Whether an error means that an answer began, and its connection broke in the middle of it. */
export function isBrokenAnswer(error: unknown): error is Error {
  return error instanceof TypeError && error.message === 'terminated';
}

/** Why a request got no answer, in the words of the system. */
export function explainSilence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** A server that does not answer at all breaks, at the least, the rule that creates are granted. */
export function describeSilence(error: Error, rule = 'server/create/grant-below-limit'): Finding {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return {
    rule,
    message: isBrokenAnswer(error) ? 'An answer broke off.' : 'A request got no answer.',
    expected: 'a whole answer',
    actual: `${error.message}${cause}`,
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One of the devices that talk to a server under test. It does what it is told and keeps what it is given. */
export class Device {
  readonly name: string;
  readonly customerId: string;
  readonly choice: OfferChoice;
  /** The newest connection. */
  wire: Wire | undefined;
  /** Every connection that it ever opened. */
  readonly wires: Wire[] = [];
  /** The endpoint that it was given last. */
  endpoint: string | undefined;
  readonly #record: Record;
  readonly #url: string;
  readonly #token: Promise<string>;
  readonly #pace: Pace;

  constructor(
    record: Record,
    url: string,
    options: { name: string; customerId: string; choice: OfferChoice; token: Promise<string>; pace: Pace },
  ) {
    this.name = options.name;
    this.customerId = options.customerId;
    this.choice = options.choice;
    this.#record = record;
    this.#url = url;
    this.#token = options.token;
    // Whoever posts hears of it; a device that never does needs no token.
    this.#token.catch(() => {});
    this.#pace = options.pace;
  }

  create(sessionName: string): Promise<HttpAnswer> {
    return this.post('/sessions', { sessionName, ...this.choice });
  }

  takeOver(sessionName: string, sessionId: string): Promise<HttpAnswer> {
    return this.post('/takeover', { sessionName, ...this.choice, sessionId });
  }

  /** Posts with this customer's token; without a content type, as the vendor's client does [C]. */
  async post(path: string, body: unknown): Promise<HttpAnswer> {
    const authorization = `Bearer ${await this.#token}`;
    await this.#pace();
    return request(this.#record, this.name, this.#url + path, {
      headers: { authorization },
      body: JSON.stringify(body),
    });
  }

  /** Opens a connection to the endpoint it has; resolves when that is open, refused, or `within` has passed. */
  async open(within: number): Promise<Wire> {
    if (this.endpoint === undefined) throw new TypeError(`${this.name} has no endpoint`);
    await this.#pace();
    this.#record.goOn();
    const wire = openWire(this.#record, this.name, this.endpoint);
    this.wire = wire;
    this.wires.push(wire);
    await this.#record.until(() => (wire.state === 'connecting' ? undefined : true), within);
    return wire;
  }

  /** Ends the session that it has, connecting once more where it must. Gives whether it is seen to be over. */
  async leave(habits: EndSessionOptions['habits']): Promise<boolean> {
    if (this.endpoint === undefined) return true;
    const wire = this.wire?.state === 'open' ? this.wire : await this.open(habits.patience);
    if (wire.state !== 'open') return false;
    const isOver = await endSession(this.#record, this.endpoint, wire, { pace: this.#pace, habits });
    this.endpoint = undefined;
    return isOver;
  }
}
