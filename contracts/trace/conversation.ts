import { disabledBodySchema, grantedBodySchema, limitBodySchema } from '../../protocol/http-bodies.ts';
import type { EventOf, Trace } from './trace.ts';

/** What a server's answer means to a client (PROTOCOL.md 5.4 to 5.6, 5.36). */
export type Meaning = 'granted' | 'disabled' | 'limit' | 'refused';

/** A request and what became of it. */
export interface Exchange {
  readonly at: number;
  readonly request: EventOf<'request'>;
  readonly path: string;
  /** The body, where it is a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly response?: EventOf<'response'> | undefined;
  readonly meaning?: Meaning | undefined;
  /** The body of the response, where it is a JSON object. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
  /** Where it was granted. */
  readonly endpoint?: string | undefined;
  /** Where the answer says disabled and has an endpoint as well, which no server may give (PROTOCOL.md 5.60). */
  readonly disabledEndpoint?: string | undefined;
}

/** One connection of the client, from the attempt to its end. */
export interface Link {
  readonly at: number;
  readonly attempt: EventOf<'attempt'>;
  readonly url: string;
  readonly refused?: EventOf<'refused'> | undefined;
  readonly open?: EventOf<'open'> | undefined;
  readonly said: readonly EventOf<'said'>[];
  readonly told: readonly EventOf<'told'>[];
  /** The first close, of whichever side. */
  readonly close?: EventOf<'close'> | undefined;
}

/** A trace put in order: which answer belongs to which request, which frame to which connection. */
export interface Conversation {
  readonly exchanges: readonly Exchange[];
  readonly links: readonly Link[];
}

const read = new WeakMap<Trace, Conversation>();

/** Puts a trace in order, once for all monitors that read it. */
export function readConversation(trace: Trace): Conversation {
  const known = read.get(trace);
  if (known) return known;
  const conversation = { exchanges: readExchanges(trace), links: readLinks(trace) };
  read.set(trace, conversation);
  return conversation;
}

function readExchanges({ events }: Trace): Exchange[] {
  return events.flatMap((request) => {
    if (request.kind !== 'request' || request.method === 'OPTIONS') return [];
    const response = events.find(
      (event): event is EventOf<'response'> =>
        event.kind === 'response' && event.exchange === request.exchange,
    );
    const path = new URL(request.target, 'http://server').pathname;
    const exchange = { at: request.at, request, path, body: parseObject(request.body) };
    if (!response) return [exchange];
    const answer = parseObject(response.body);
    const meaning = readMeaning(response.status, answer);
    const granted = meaning === 'granted' ? grantedBodySchema.parse(answer) : undefined;
    const given = answer?.['endpoint'];
    const disabledEndpoint = meaning === 'disabled' && isEndpoint(given) ? given : undefined;
    return [{ ...exchange, response, answer, meaning, endpoint: granted?.endpoint, disabledEndpoint }];
  });
}

/** What a conforming client makes of an answer. */
function readMeaning(status: number, body: Readonly<Record<string, unknown>> | undefined): Meaning {
  if (status === 200) {
    if (disabledBodySchema.safeParse(body).success) return 'disabled';
    return isEndpoint(body?.['endpoint']) ? 'granted' : 'refused';
  }
  const isLimit = body?.['code'] === 'LimitExceeded' || limitBodySchema.safeParse(body).success;
  return status !== 0 && isLimit ? 'limit' : 'refused';
}

/** An absolute WebSocket URL without a fragment (5.59); a client can make nothing of another text. */
function isEndpoint(value: unknown): value is string {
  return (
    typeof value === 'string' && /^wss?:\/\//i.test(value) && !value.includes('#') && URL.canParse(value)
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readLinks({ events }: Trace): Link[] {
  return events.flatMap((attempt) => {
    if (attempt.kind !== 'attempt') return [];
    const own = events.filter((event) => 'link' in event && event.link === attempt.link);
    const first = <Kind extends 'refused' | 'open' | 'close'>(kind: Kind) =>
      own.find((event): event is EventOf<Kind> => event.kind === kind);
    const all = <Kind extends 'said' | 'told'>(kind: Kind) =>
      own.filter((event): event is EventOf<Kind> => event.kind === kind);
    return [
      {
        at: attempt.at,
        attempt,
        url: attempt.url,
        refused: first('refused'),
        open: first('open'),
        close: first('close'),
        said: all('said'),
        told: all('told'),
      },
    ];
  });
}
