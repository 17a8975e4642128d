import type { Exchange } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { readSessions } from '../trace/session.ts';
import type { Session } from '../trace/session.ts';
import type { Trace } from '../trace/trace.ts';
import { answeredAt, isRepeatOf, readRivals, readWishes } from '../trace/wish.ts';
import type { Monitor, Yardstick } from './monitor.ts';

/** How often an unanswered request may be sent again (5.79). */
const MOST_REPEATS = 3;

/** PROTOCOL.md section 5, Request: what becomes of a `POST` whose answer is late or lost. */
export const REPEAT_MONITORS: readonly Monitor[] = [
  {
    // 5.61: It SHOULD NOT send a POST again by itself, because the session may have come into being.
    rule: 'client/request/no-blind-repeat',
    check: (trace, yardstick) =>
      judgeRepeats(trace, yardstick, 0, {
        message: 'The client sent a request again that had not been answered.',
        expected: 'an error for the user, and no other request until the user presses play again',
      }),
  },
  {
    // 5.79: A client that sends an unanswered POST again all the same SHOULD do so 3 times at most.
    rule: 'client/request/bounded-repeats',
    check: (trace, yardstick) =>
      judgeRepeats(trace, yardstick, MOST_REPEATS, {
        message: 'The client sent an unanswered request again and again.',
        expected: `at most ${MOST_REPEATS} repeats for one press on play`,
      }),
  },
  {
    // 5.80: Where several sessions come of one press on play, a client SHOULD hold one of them only.
    rule: 'client/request/one-of-several-grants',
    check: judgeGrants,
  },
];

/** Judges how often a client sent something again, for one wish of its user, while it had no answer. */
function judgeRepeats(
  trace: Trace,
  { watch }: Yardstick,
  most: number,
  words: Pick<Violation, 'message' | 'expected'>,
): Finding {
  let exercised = 0;
  const violations: Violation[] = [];
  for (const wish of readWishes(trace)) {
    const open = wish.filter(
      (exchange) => Math.min(answeredAt(exchange), trace.end) - exchange.at >= watch || isLost(exchange),
    );
    const repeats = wish.filter((exchange, index) => isRepeatOf(exchange, wish[index - 1]));
    const excess = repeats[most];
    if (excess) violations.push({ ...words, actual: describeRepeats(wish, excess), event: excess.request });
    if (excess || open.some(({ at }) => trace.end - at >= watch)) exercised += 1;
  }
  return { exercised, violations };
}

function isLost({ response }: Exchange): boolean {
  return response?.status === 0;
}

function describeRepeats(wish: readonly Exchange[], excess: Exchange): string {
  const times = wish.filter(({ at }) => at <= excess.at).map(({ at }) => at - (wish[0]?.at ?? 0));
  return `requests at ${times.map((time) => `${Math.round(time)} ms`).join(', ')}, and no answer to those before the last one`;
}

function judgeGrants(trace: Trace, { promptly, watch }: Yardstick): Finding {
  const late = readSessions(trace).filter(
    ({ exchange, at }) => at - exchange.at > promptly && trace.end - at >= watch,
  );
  const violations = readRivals(trace).flatMap((pair): Violation[] => {
    const from = Math.max(...pair.map(heldFrom));
    // Time to send FINISHED for the one that is not used.
    const until = from + promptly * 3;
    const isKept = pair.every(({ end }) => end === undefined || end.at > until);
    if (trace.end <= until || !isKept) return [];
    return [
      {
        message: 'The client holds two sessions for one press on play.',
        expected: 'one session; the other one is not used, or is finished',
        actual: `OK on both, and no FINISHED in ${Math.round(trace.end - from)} ms`,
        event: pair[1].exchange.request,
        window: { from, until },
      },
    ];
  });
  return { exercised: Math.max(late.length, violations.length), violations };
}

/** When a session was associated with a connection; never where it was not. */
function heldFrom({ links }: Session): number {
  const granted = links.flatMap(({ told }) => told.filter(({ action }) => action === 'OK'));
  return granted[0]?.at ?? Infinity;
}
