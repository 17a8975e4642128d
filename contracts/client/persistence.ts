import { readConversation } from '../trace/conversation.ts';
import type { Link } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import type { Session } from '../trace/session.ts';
import type { Trace, TraceEvent } from '../trace/trace.ts';
import type { Monitor } from './monitor.ts';

/** PROTOCOL.md section 5, Persistence. A client that keeps no endpoint puts none of these to the test. */
export const PERSISTENCE_MONITORS: readonly Monitor[] = [
  {
    // 5.45: A client that finds a stored endpoint MUST connect to it and MUST NOT create a session unless it gets EXPIRED.
    rule: 'client/persistence/resumes',
    check(trace) {
      const resumed = reloads(trace).flatMap(({ at }) => {
        const session = readSessions(trace).findLast((one) => one.at < at);
        if (!session || endsBefore(session, at)) return [];
        const link = returnOf(session, at);
        return link ? [{ at, session, link }] : [];
      });
      const violations = resumed.flatMap(({ at, link }): Violation[] => {
        const { exchanges } = readConversation(trace);
        const until = Math.min(
          overAt(link) ?? trace.end,
          nextCommand(trace, at, 'stop', 'reload') ?? trace.end,
        );
        const create = exchanges.find((exchange) => exchange.at > at && exchange.at < until);
        if (!create) return [];
        return [
          {
            message: 'The client resumed a stored session, and asked for another one as well.',
            expected: 'no request unless the stored session has expired',
            actual: `${create.request.method} ${create.path}`,
            event: create.request,
          },
        ];
      });
      return { exercised: resumed.length, violations };
    },
  },
  {
    // 5.46: A client MUST delete the stored endpoint after FINISHED, EXPIRED and TAKE_OVER.
    rule: 'client/persistence/forgets-ended',
    check(trace, { watch, promptly }) {
      const ended = reloads(trace).flatMap((reload) =>
        readSessions(trace).flatMap((session) =>
          // A client that is reloaded before the news has reached it has nothing to forget.
          (endsBefore(session, reload.at - promptly / 2) && FORGETTING.has(session.end?.cause)) ||
          (session.finishedAt ?? Infinity) < reload.at
            ? [{ reload, session }]
            : [],
        ),
      );
      return judgeUse(
        trace,
        ended.map(({ reload, session }) => ({ at: reload.at, session, cause: session.end?.cause ?? '' })),
        watch / 2,
        'a session that had ended',
      );
    },
  },
  {
    // 5.48: A client MUST NOT use a stored endpoint for another customer, offer or tag.
    rule: 'client/persistence/only-for-same-playback',
    check(trace, { watch }) {
      const others = trace.events.flatMap((event) => {
        if (event.kind !== 'command' || event.command.do !== 'start') return [];
        const { command } = event;
        const session = readSessions(trace).findLast((one) => one.at < event.at);
        const { start } = session ?? {};
        const isSame =
          start?.offerId === command.offerId && start?.tag === command.tag && start?.token === command.token;
        const finished = (session?.finishedAt ?? Infinity) < event.at;
        return session && start && !isSame && !finished
          ? [{ at: event.at, session, cause: 'another wish' }]
          : [];
      });
      return judgeUse(trace, others, watch / 2, 'what another customer or offer had been granted');
    },
  },
];

const FORGETTING: ReadonlySet<string | undefined> = new Set(['EXPIRED', 'TAKE_OVER']);

function judgeUse(
  trace: Trace,
  cases: readonly { at: number; session: Session; cause: string }[],
  watch: number,
  what: string,
): Finding {
  let exercised = 0;
  const violations = cases.flatMap(({ at, session, cause }): Violation[] => {
    const link = session.links.find((one) => one.at > at);
    if (link || trace.end - at >= watch) exercised += 1;
    if (!link) return [];
    return [
      {
        message: `The client used the stored endpoint of ${what} (${cause}).`,
        expected: 'no connection to this endpoint',
        actual: `an attempt at ${link.url}`,
        event: link.attempt,
      },
    ];
  });
  return { exercised, violations };
}

function reloads({ events }: Trace): TraceEvent[] {
  return events.filter((event) => isCommand(event, 'reload'));
}

function endsBefore({ end }: Session, at: number): boolean {
  return end !== undefined && end.at < at;
}

function returnOf({ links }: Session, at: number): Link | undefined {
  return links.find((link) => link.at > at);
}

/** When a connection said that there is nothing to resume. */
function overAt({ told, refused }: Link): number | undefined {
  return told.find(({ action }) => action === 'EXPIRED')?.at ?? refused?.at;
}

function nextCommand({ events }: Trace, at: number, ...names: ('stop' | 'reload')[]): number | undefined {
  return events.find((event) => event.at > at && isCommand(event, ...names))?.at;
}
