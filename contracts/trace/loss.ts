import type { Link } from './conversation.ts';
import { isCommand, readSessions } from './session.ts';
import type { Session } from './session.ts';
import type { EventOf, Trace } from './trace.ts';

/** A connection that was lost while its session went on. */
export interface Loss {
  readonly at: number;
  readonly session: Session;
  readonly link: Link;
  readonly close: EventOf<'close'>;
  /** The first attempt to connect after it, to whatever. */
  readonly next: Link | undefined;
  /** When the client need not come back any more. */
  readonly excused: number | undefined;
}

/** The losses of a trace: closes that neither the client nor the end of its session caused (PROTOCOL.md 5.31). */
export function readLosses(trace: Trace): Loss[] {
  return readSessions(trace).flatMap((session) =>
    session.links.flatMap((link) => {
      const { close, open } = link;
      if (!open || !close || close.by === 'client') return [];
      if (session.end && session.end.at <= close.at) return [];
      return [
        {
          at: close.at,
          session,
          link,
          close,
          next: session.links.find(({ at }) => at > close.at),
          excused: leftAt(trace, session, close.at),
        },
      ];
    }),
  );
}

/** When the user, the end of a session or that of the client took the wish for it away, from a time on. */
export function leftAt({ events }: Trace, { end }: Session, at: number): number | undefined {
  const left = events.find(
    (event) =>
      event.at >= at && (isCommand(event, 'stop', 'reset', 'reload', 'exit') || event.kind === 'exited'),
  )?.at;
  return end && end.at >= at ? Math.min(end.at, left ?? Infinity) : left;
}
