import { readConversation } from './conversation.ts';
import type { Exchange, Link } from './conversation.ts';
import { isCommand, readSessions } from './session.ts';
import type { Session } from './session.ts';
import type { Trace } from './trace.ts';

/** Whether the user asked for something between two times. */
export function isAskedFor({ events }: Trace, from: number, until: number): boolean {
  return events.some(
    (event) =>
      event.at > from && event.at <= until && isCommand(event, 'start', 'takeover', 'reload', 'reset'),
  );
}

/** The `POST` requests of a trace, those that came of one wish of the user together, in order. */
export function readWishes(trace: Trace): Exchange[][] {
  const wishes: Exchange[][] = [];
  let last: Exchange | undefined;
  for (const exchange of readConversation(trace).exchanges) {
    if (exchange.request.method !== 'POST') continue;
    if (last && !isAskedFor(trace, last.at, exchange.at)) wishes.at(-1)?.push(exchange);
    else wishes.push([exchange]);
    last = exchange;
  }
  return wishes;
}

/** Whether a request was sent again before it was answered, or is such a repeat, or shares its wish with one. */
export function isRepeated(trace: Trace, exchange: Exchange): boolean {
  const wish = readWishes(trace).find((one) => one.includes(exchange)) ?? [];
  return wish.some((one, index) => isRepeatOf(one, wish[index - 1]));
}

/** Whether a request was sent while the one before it had no answer. */
export function isRepeatOf({ at }: Exchange, before: Exchange | undefined): boolean {
  return before !== undefined && answeredAt(before) > at;
}

/** Sessions of one wish that were asked for side by side, in pairs: the client may have got both answers. */
export function readRivals(trace: Trace): [Session, Session][] {
  const sessions = readSessions(trace);
  return readWishes(trace).flatMap((wish) => {
    const granted = sessions.filter(({ exchange }) => wish.includes(exchange));
    return granted.flatMap((session, index) =>
      granted
        .slice(index + 1)
        .flatMap((later): [Session, Session][] =>
          isRepeatOf(later.exchange, session.exchange) ? [[session, later]] : [],
        ),
    );
  });
}

/** The connections of such sessions: the client has one to spare, to close or to finish as it likes (5.80). */
export function readSpareLinks(trace: Trace): ReadonlySet<Link> {
  return new Set(readRivals(trace).flatMap((pair) => pair.flatMap(({ links }) => links)));
}

/** When a request was answered; never where its connection broke instead. */
export function answeredAt({ response }: Exchange): number {
  return response && response.status !== 0 ? response.at : Infinity;
}
