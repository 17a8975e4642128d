import { readConversation } from '../trace/conversation.ts';
import type { Exchange } from '../trace/conversation.ts';
import { mergeFindings } from '../trace/finding.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { leftAt } from '../trace/loss.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import type { Session } from '../trace/session.ts';
import { responds } from '../trace/temporal.ts';
import type { EventOf, Trace } from '../trace/trace.ts';
import type { Monitor, Yardstick } from './monitor.ts';

/** The longest wait between two attempts (5.30), in milliseconds. */
const LONGEST_WAIT = 30_000;

/** Statuses that could be taken for the end of a session, and are none (5.71). */
const DOUBTFUL: ReadonlySet<number> = new Set([403, 404]);

/** PROTOCOL.md section 5, Recovery: an upgrade refused with a status that says nothing of the session. */
export const REFUSAL_MONITORS: readonly Monitor[] = [
  {
    // 5.78: a client SHOULD connect to the same endpoint again within 30 s, without a new session.
    rule: 'client/recovery/refusal-is-failure',
    check: judgeRefusals,
  },
];

/** The upgrades of a session that were refused with 403 or 404 while the session went on. */
export function readRefusals({ links, end }: Session): EventOf<'refused'>[] {
  return links
    .flatMap(({ refused }) => refused ?? [])
    .filter(({ status, at }) => DOUBTFUL.has(status) && at < (end?.at ?? Infinity));
}

function judgeRefusals(trace: Trace, { promptly }: Yardstick): Finding {
  const refusals = readSessions(trace).flatMap((session) =>
    readRefusals(session).map((event) => ({
      at: event.at,
      event,
      next: session.links.find(({ at }) => at > event.at)?.at,
      create: findCreate(trace, session, event.at),
      excused: givenUpAt(trace, session, event.at),
    })),
  );
  const created = refusals.flatMap(({ event, create }): Violation[] =>
    create
      ? [
          {
            message: `An upgrade was refused with ${event.status}, and the client asked for another session.`,
            expected: 'another attempt at the same endpoint',
            actual: `POST ${create.path} ${Math.round(create.at - event.at)} ms later`,
            event: create.request,
          },
        ]
      : [],
  );
  const returned = responds(trace, {
    triggers: refusals.filter(({ create }) => !create),
    answered: ({ next }) => next,
    excused: ({ excused }) => excused,
    within: LONGEST_WAIT + promptly,
    event: ({ event }) => event,
    words: ({ event }) => ({
      message: `An upgrade was refused with ${event.status}, and the client did not try again.`,
      expected: `another attempt at the same endpoint within ${LONGEST_WAIT / 1000} s`,
      actual: 'no attempt',
    }),
  });
  return mergeFindings([{ exercised: created.length, violations: created }, returned]);
}

/** When the user or the session's end made another attempt needless, from a time on; a press on play may lead anywhere. */
function givenUpAt(trace: Trace, session: Session, at: number): number | undefined {
  const pressed = trace.events.find((event) => event.at > at && isCommand(event, 'start', 'takeover'));
  const times = [leftAt(trace, session, at), pressed?.at].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The first request that the client sent by itself before it tried the session's endpoint again. */
function findCreate(trace: Trace, session: Session, at: number): Exchange | undefined {
  const until = session.links.find((link) => link.at > at)?.at ?? givenUpAt(trace, session, at) ?? trace.end;
  return readConversation(trace).exchanges.find(
    (exchange) => exchange.at > at && exchange.at < until && exchange.request.method === 'POST',
  );
}
