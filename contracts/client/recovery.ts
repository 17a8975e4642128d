import { readConversation } from '../trace/conversation.ts';
import type { Link } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { readLosses } from '../trace/loss.ts';
import type { Loss } from '../trace/loss.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import { never, responds } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import { readRivals } from '../trace/wish.ts';
import type { Monitor } from './monitor.ts';
import { readRefusals } from './refusals.ts';

/** The longest wait between two attempts (5.30), and a moment more. */
const LONGEST_WAIT = 30_000;
/** How many attempts of a row show whether the waits between them grow. */
const GROWING = 8;

function judgeReturn(trace: Trace, losses: readonly Loss[], promptly: number): Finding {
  return responds(trace, {
    triggers: losses,
    answered: ({ next }) => next?.at,
    excused: ({ excused }) => excused,
    within: LONGEST_WAIT + promptly,
    event: ({ close }) => close,
    words: ({ close }) => ({
      message: `The connection was lost (${close.code}), and the client did not connect again.`,
      expected: `an attempt at the same endpoint within ${LONGEST_WAIT / 1000} s`,
      actual: 'no attempt',
    }),
  });
}

/** Attempts for one session in a row, of which all but the last one failed, with no wish of the user in between. */
function readFailures(trace: Trace): Link[][] {
  return readSessions(trace).flatMap(({ links }) => {
    const rows: Link[][] = [];
    for (const [index, link] of links.entries()) {
      const before = links[index - 1];
      const goesOn = before && !before.open && !isAskedFor(trace, before.at, link.at);
      if (goesOn) rows.at(-1)?.push(link);
      else rows.push([link]);
    }
    return rows;
  });
}

function isAskedFor({ events }: Trace, from: number, until: number): boolean {
  return events.some(
    (event) => event.at > from && event.at <= until && isCommand(event, 'start', 'takeover'),
  );
}

/** PROTOCOL.md section 5, Recovery. */
export const RECOVERY_MONITORS: readonly Monitor[] = [
  {
    // 5.26: When the connection is lost, a client MUST connect again to the same endpoint.
    rule: 'client/recovery/reconnects',
    check: (trace, { promptly }) =>
      judgeReturn(
        trace,
        readLosses(trace).filter(({ close }) => close.by === 'network'),
        promptly,
      ),
  },
  {
    // 5.31: A close MUST be treated as a lost connection, whatever its code.
    rule: 'client/recovery/any-close-code',
    check: (trace, { promptly }) =>
      judgeReturn(
        trace,
        readLosses(trace).filter(({ close }) => close.by === 'server'),
        promptly,
      ),
  },
  {
    // 5.26: a client MUST connect again to the same endpoint.
    rule: 'client/recovery/same-endpoint',
    check(trace) {
      const { links, exchanges } = readConversation(trace);
      const found = readLosses(trace).flatMap((loss) => {
        const link = links.find(({ at }) => at > loss.at && at <= (loss.excused ?? trace.end));
        const granted = exchanges.some(
          ({ at, meaning }) => meaning === 'granted' && at > loss.at && at < (link?.at ?? 0),
        );
        return link && !granted ? [{ link, loss }] : [];
      });
      const violations = found
        .filter(({ link, loss }) => link.url !== loss.session.endpoint)
        .map(({ link, loss }) => ({
          message: 'After a loss the client connected to something else.',
          expected: loss.session.endpoint,
          actual: link.url,
          event: link.attempt,
        }));
      return { exercised: found.length, violations };
    },
  },
  {
    // 5.27: A client MUST NOT create another session because its connection was lost.
    rule: 'client/recovery/no-new-session',
    check: (trace, { watch }) =>
      never(trace, {
        // A create after an upgrade refused with 403 or 404 is the business of 5.78.
        after: readLosses(trace).map(({ at, excused = trace.end, session }) => ({
          at,
          until: readRefusals(session).find((refusal) => refusal.at > at)?.at ?? excused,
        })),
        match: (event): event is EventOf<'request'> => event.kind === 'request' && event.method === 'POST',
        watch: watch / 2,
        words: ({ target }) => ({
          message: 'The connection was lost, and the client asked for another session.',
          expected: 'no request; a connection to the endpoint that it has',
          actual: `POST ${target}`,
        }),
      }),
  },
  {
    // 5.29: A client MUST wait before it connects again after a failure, longer after each.
    rule: 'client/recovery/backs-off',
    check(trace) {
      const rows = readFailures(trace).filter((links) => links.length >= 4);
      const violations = rows.flatMap((row): Violation[] => {
        // Where the waits have come to their bound (5.70), they grow no more, and rightly so.
        const links = row.slice(0, GROWING);
        const gaps = links.slice(1).map(({ at }, index) => at - (links[index]?.at ?? 0));
        const half = Math.ceil(gaps.length / 2);
        const [early, later] = [mean(gaps.slice(0, half)), mean(gaps.slice(-half))];
        if (later >= early * 1.1) return [];
        return [
          {
            message: 'The client did not wait longer as its attempts failed.',
            expected: 'a wait that grows from attempt to attempt',
            actual: `waits of ${gaps.map((gap) => `${Math.round(gap)} ms`).join(', ')}`,
            event: links.at(-1)?.attempt,
          },
        ];
      });
      return { exercised: rows.length, violations };
    },
  },
  {
    // 5.29: and MUST NOT make more than 10 attempts in any 10 s.
    rule: 'client/recovery/no-storm',
    check(trace) {
      const failures = trace.events.filter(
        (event) =>
          event.kind === 'refused' ||
          event.kind === 'close' ||
          (event.kind === 'response' && event.status !== 200),
      );
      const findings = [
        findStorm(eventsOf(trace, 'attempt'), 'attempts to connect'),
        findStorm(
          eventsOf(trace, 'request').filter(({ method }) => method === 'POST'),
          'requests',
        ),
      ];
      const violations = findings.flatMap((violation) => (violation ? [violation] : []));
      const tries = eventsOf(trace, 'attempt').length + eventsOf(trace, 'request').length;
      return {
        exercised: failures.length > 0 && tries > 2 ? failures.length : violations.length,
        violations,
      };
    },
  },
  {
    // 5.30: the wait between attempts SHOULD NOT grow beyond 30 s while the user wants to play.
    rule: 'client/recovery/wait-bounded',
    check(trace, { promptly }) {
      const rows = readFailures(trace).filter((links) => links.length >= 7);
      const violations = rows.flatMap((links): Violation[] =>
        links.slice(1).flatMap((link, index) => {
          const gap = link.at - (links[index]?.at ?? 0);
          if (gap <= LONGEST_WAIT + promptly) return [];
          return [
            {
              message: 'The client waited too long before its next attempt.',
              expected: 'at most 30 s',
              actual: `${Math.round(gap / 1000)} s`,
              event: link.attempt,
            },
          ];
        }),
      );
      return { exercised: rows.length, violations };
    },
  },
  {
    // 4.39: A session MUST have at most one associated connection at any time.
    rule: 'client/recovery/one-connection',
    check(trace, { promptly }) {
      const links = readConversation(trace).links.filter(({ open }) => open !== undefined);
      const violations = links.flatMap((link, index) =>
        links.slice(index + 1).flatMap((later) => {
          const both = Math.min(link.close?.at ?? trace.end, later.close?.at ?? trace.end) - later.at;
          if (both <= promptly || areRivals(trace, link, later)) return [];
          return [
            {
              message: 'The client held two connections at the same time.',
              expected: 'one connection',
              actual: `two for ${Math.round(both)} ms`,
              event: later.attempt,
            },
          ];
        }),
      );
      return { exercised: links.length > 1 ? links.length - 1 : 0, violations };
    },
  },
  {
    // 5.32: On EXPIRED a client MUST forget the endpoint and MUST NOT connect to it again.
    rule: 'client/recovery/forgets-expired',
    check: (trace, { watch }) =>
      judgeNoReturn(
        trace,
        eventsOf(trace, 'told').filter(({ action }) => action === 'EXPIRED'),
        watch,
        'EXPIRED',
      ),
  },
  {
    // 5.34: A client that sees the upgrade refused with 401 SHOULD act as on EXPIRED.
    rule: 'client/recovery/refused-upgrade',
    needs: 'status',
    check: (trace, { watch }) =>
      judgeNoReturn(
        trace,
        eventsOf(trace, 'refused').filter(({ status }) => status === 401),
        watch,
        'the answer 401',
      ),
  },
  {
    // 5.33: A client MUST NOT create a session more than 3 times in a row without an OK.
    rule: 'client/recovery/bounded-renewal',
    check: judgeRenewals,
  },
];

/** Whether two connections belong to sessions that were asked for side by side: that is the business of 5.80. */
function areRivals(trace: Trace, one: Link, other: Link): boolean {
  return (
    readRivals(trace).some((pair) =>
      [one, other].every((link) => pair.some(({ links }) => links.includes(link))),
    ) && one.url !== other.url
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function findStorm(events: readonly { at: number }[], what: string): Violation | undefined {
  for (const [index, last] of events.entries()) {
    const first = events[index - 10];
    if (!first || last.at - first.at >= 10_000) continue;
    return {
      message: 'The client tried again too often.',
      expected: `at most 10 ${what} in any 10 s`,
      actual: `11 ${what} in ${Math.round(last.at - first.at)} ms`,
      event: last as EventOf<'attempt'>,
    };
  }
  return undefined;
}

function judgeNoReturn(
  trace: Trace,
  ends: readonly { at: number; link: number }[],
  watch: number,
  what: string,
): Finding {
  const { links } = readConversation(trace);
  return {
    ...never(trace, {
      after: ends,
      match: (event): event is EventOf<'attempt'> =>
        event.kind === 'attempt' &&
        ends.some(
          ({ at, link }) =>
            at < event.at && links.find(({ attempt }) => attempt.link === link)?.url === event.url,
        ),
      watch: watch / 2,
      words: ({ url }) => ({
        message: `After ${what} the client connected to the same endpoint again.`,
        expected: 'no connection to this endpoint',
        actual: `an attempt at ${url}`,
      }),
    }),
  };
}

function judgeRenewals(trace: Trace, { watch }: { watch: number }): Finding {
  let inARow = 0;
  let expired = 0;
  const violations: Violation[] = [];
  for (const event of trace.events) {
    if (isCommand(event, 'start') || (event.kind === 'told' && event.action === 'OK'))
      [inARow, expired] = [0, 0];
    if (isExpiry(event)) expired += 1;
    if (event.kind === 'request' && event.method === 'POST' && expired > 0) inARow += 1;
    if (inARow > 3 && violations.length === 0) {
      violations.push({
        message: 'The client asked for new sessions without end, though each one had expired.',
        expected: 'at most 3 in a row without an OK',
        actual: `${inARow} in a row`,
        event,
      });
    }
  }
  const last = eventsOf(trace, 'told').findLast(({ action }) => action === 'EXPIRED');
  const watched = last !== undefined && expired > 0 && trace.end - last.at >= watch;
  return { exercised: watched || violations.length > 0 ? 1 : 0, violations };
}

/** Where a session is over, from the client's side: `EXPIRED`, or a token that the server takes no more (5.34). */
function isExpiry(event: TraceEvent): boolean {
  return (
    (event.kind === 'told' && event.action === 'EXPIRED') ||
    (event.kind === 'refused' && event.status === 401)
  );
}
