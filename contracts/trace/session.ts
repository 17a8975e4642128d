import type { StartCommand } from '../../protocol/driver-protocol.ts';
import { SESSION_ENDING_ACTIONS } from '../../protocol/messages.ts';
import { readConversation } from './conversation.ts';
import type { Exchange, Link } from './conversation.ts';
import type { EventOf, Trace, TraceEvent } from './trace.ts';

/** What ended a session or the user's wish for it. */
export type SessionEnd = {
  readonly at: number;
  readonly cause: 'TAKE_OVER' | 'TERMINATE' | 'EXPIRED' | 'FINISHED' | 'refused-401' | 'stop' | 'reload';
  readonly event: TraceEvent;
};

/** A session that was granted to the client, with the connections that it opened for it. */
export interface Session {
  readonly at: number;
  readonly exchange: Exchange;
  readonly endpoint: string;
  readonly links: readonly Link[];
  /** What the user had asked for. */
  readonly start: StartCommand | undefined;
  /** When the client said FINISHED. */
  readonly finishedAt?: number | undefined;
  /** The first thing that ended it, from the client's side. */
  readonly end?: SessionEnd | undefined;
}

const read = new WeakMap<Trace, readonly Session[]>();

/** The sessions that the server granted in a trace, oldest first. Read once for all monitors. */
export function readSessions(trace: Trace): readonly Session[] {
  const known = read.get(trace);
  if (known) return known;
  const sessions = findSessions(trace);
  read.set(trace, sessions);
  return sessions;
}

function findSessions(trace: Trace): Session[] {
  const { exchanges, links } = readConversation(trace);
  return exchanges.flatMap((exchange) => {
    const { endpoint, response } = exchange;
    if (endpoint === undefined || response === undefined) return [];
    const own = links.filter(({ at, url }) => at >= response.at && isAt(url, endpoint));
    const session = {
      at: response.at,
      exchange,
      endpoint,
      links: own,
      start: startBefore(trace, exchange.at),
    };
    const finished = own.flatMap(({ said }) => said.filter(({ action }) => action === 'FINISHED'))[0];
    return [{ ...session, finishedAt: finished?.at, end: findEnd(trace, session) }];
  });
}

/** Whether a URL leads to the session of an endpoint, though it may not be written in the same way. */
function isAt(url: string, endpoint: string): boolean {
  if (url === endpoint) return true;
  const token = new URL(endpoint).searchParams.get('token');
  return token !== null && new URL(url).searchParams.get('token') === token;
}

/** What the user had asked for last at a time. */
export function startBefore({ events }: Trace, at: number): StartCommand | undefined {
  const event = events.findLast((event) => isCommand(event, 'start') && event.at <= at);
  return event?.kind === 'command' && event.command.do === 'start' ? event.command : undefined;
}

/** Whether an event is this command of the user. */
export function isCommand(event: TraceEvent, ...names: EventOf<'command'>['command']['do'][]): boolean {
  return event.kind === 'command' && names.includes(event.command.do);
}

function findEnd(trace: Trace, { at, links }: Pick<Session, 'at' | 'links'>): SessionEnd | undefined {
  const ids = new Set(links.map(({ attempt }) => attempt.link));
  for (const event of trace.events) {
    if (event.at < at) continue;
    if (event.kind === 'told' && ids.has(event.link) && SESSION_ENDING_ACTIONS.has(event.action)) {
      return { at: event.at, cause: event.action as 'EXPIRED', event };
    }
    if (event.kind === 'said' && ids.has(event.link) && event.action === 'FINISHED') {
      return { at: event.at, cause: 'FINISHED', event };
    }
    if (event.kind === 'refused' && ids.has(event.link) && event.status === 401) {
      return { at: event.at, cause: 'refused-401', event };
    }
    if (isCommand(event, 'stop')) return { at: event.at, cause: 'stop', event };
    if (isCommand(event, 'reload')) return { at: event.at, cause: 'reload', event };
  }
  return undefined;
}
