import { SESSION_ENDING_ACTIONS } from '../../protocol/messages.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Link } from '../trace/conversation.ts';
import type { Finding } from '../trace/finding.ts';
import { readPermissions } from '../trace/permission.ts';
import { isCommand } from '../trace/session.ts';
import { responds } from '../trace/temporal.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import { readSpareLinks } from '../trace/wish.ts';
import type { Monitor } from './monitor.ts';

/** A PING, the PONG that answers it, and when an answer was no longer called for. */
interface Ping {
  readonly at: number;
  readonly event: EventOf<'told'>;
  readonly pong: number | undefined;
  readonly excused: number | undefined;
}

/** The PINGs of a trace, each paired with its PONG: the first unused one after it on the same connection. */
function readPings(trace: Trace): Ping[] {
  return readConversation(trace).links.flatMap((link) => {
    const pongs = link.said.filter(({ action }) => action === 'PONG').map(({ at }) => at);
    return link.told
      .filter(({ action }) => action === 'PING')
      .map((event) => {
        const index = pongs.findIndex((at) => at >= event.at);
        const [pong] = index === -1 ? [] : pongs.splice(index, 1);
        return { at: event.at, event, pong, excused: excuse(trace, link) };
      });
  });
}

/** From when on nobody may expect an answer on a connection. */
function excuse({ events }: Trace, link: Link): number | undefined {
  const last = link.told.find(({ action }) => SESSION_ENDING_ACTIONS.has(action))?.at;
  const finished = link.said.find(({ action }) => action === 'FINISHED')?.at;
  const left = events.find((event) => event.at >= link.at && isCommand(event, 'reload', 'reset', 'exit'))?.at;
  const times = [last, finished, left, link.close?.at].filter((at) => at !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function judgePings(trace: Trace, pings: readonly Ping[], within: number, allowance: number): Finding {
  return responds(trace, {
    triggers: pings,
    answered: ({ pong }) => pong,
    excused: ({ excused }) => excused,
    within: within + allowance,
    event: ({ event }) => event,
    words: ({ at }, answeredAt) => ({
      message: answeredAt === undefined ? 'A PING was not answered.' : 'A PING was answered too late.',
      expected: `PONG on the same connection within ${within} ms`,
      actual:
        answeredAt === undefined
          ? `no PONG; the harness waited for ${Math.round(trace.end - at)} ms`
          : `PONG after ${Math.round(answeredAt - at)} ms`,
    }),
  });
}

/** PROTOCOL.md section 5, Liveness. */
export const LIVENESS_MONITORS: readonly Monitor[] = [
  {
    // 5.15: A client MUST answer each PING with one PONG on the same connection.
    rule: 'client/liveness/answers-ping',
    check(trace, { pong, promptly }) {
      const unanswered = readPings(trace).map((ping) => ({
        ...ping,
        // A late answer is the business of 5.17.
        pong: ping.pong === undefined ? undefined : Math.min(ping.pong, ping.at + pong),
      }));
      return judgePings(trace, unanswered, pong, promptly);
    },
  },
  {
    // 5.16: A client MUST answer PING whether it plays, is paused or still waits.
    rule: 'client/liveness/answers-while-waiting',
    check(trace, { pong, promptly }) {
      const permissions = readPermissions(trace);
      const waiting = readPings(trace).filter(
        ({ at }) => !permissions.some(({ from, end }) => from <= at && at <= (end?.at ?? trace.end)),
      );
      return judgePings(trace, waiting, pong, promptly);
    },
  },
  {
    // 5.17: A client MUST answer PING within pongTimeout (5 s).
    rule: 'client/liveness/answers-in-time',
    check(trace, { pong, promptly }) {
      const answered = readPings(trace).filter((ping) => ping.pong !== undefined);
      return judgePings(trace, answered, pong, promptly / 4);
    },
  },
  {
    // 5.17: A client SHOULD answer PING at once.
    rule: 'client/liveness/answers-at-once',
    check(trace, { promptly }) {
      const answered = readPings(trace).filter((ping) => ping.pong !== undefined);
      return judgePings(trace, answered, promptly, 0);
    },
  },
  {
    // 5.18: A client MUST NOT send PONG unasked.
    rule: 'client/liveness/no-unasked-pong',
    check(trace) {
      const links = readConversation(trace).links.filter(({ open }) => open !== undefined);
      const violations = links.flatMap((link) => {
        let pending = 0;
        for (const event of [...link.told, ...link.said].sort((a, b) => a.at - b.at)) {
          if (event.kind === 'told' && event.action === 'PING') pending += 1;
          if (event.kind === 'said' && event.action === 'PONG') pending -= 1;
          if (pending < 0) {
            return [
              {
                message: 'The client sent a PONG that no PING had asked for.',
                expected: 'one PONG for each PING, on the connection of the PING',
                actual: 'one PONG more than there were PINGs on this connection',
                event,
              },
            ];
          }
        }
        return [];
      });
      return { exercised: links.length, violations };
    },
  },
  {
    // 5.19: A client MUST keep its connection open while it is paused and wants to keep its slot.
    rule: 'client/liveness/keeps-connection',
    check(trace) {
      const links = readConversation(trace).links.filter(({ open }) => open !== undefined);
      const closed = links.filter((link) => link.close?.by !== 'server' && !isBroken(link));
      const spare = readSpareLinks(trace);
      const violations = links.flatMap((link) => {
        const { close } = link;
        if (!close || close.by === 'server' || isBroken(link) || spare.has(link)) return [];
        const excused = excuse({ ...trace, events: trace.events }, { ...link, close: undefined });
        const stopped = trace.events.find((event) => event.at >= link.at && isCommand(event, 'stop'))?.at;
        const ended = trace.events.find((event) => event.kind === 'ended' || event.kind === 'exited')?.at;
        if (Math.min(excused ?? Infinity, stopped ?? Infinity, ended ?? Infinity) <= close.at) return [];
        return [
          {
            message: 'The client closed its connection while it wanted to play.',
            expected: 'a connection that stays open',
            actual: `closed by the client with ${close.code}`,
            event: close,
          },
        ];
      });
      return { exercised: closed.length, violations };
    },
  },
  {
    // 5.20: A client MUST send FINISHED when the stream ends or the user stops it.
    rule: 'client/liveness/no-finished-without-cause',
    needs: 'playback',
    check(trace, { promptly }) {
      const links = readConversation(trace).links.filter(({ open }) => open !== undefined);
      const spare = readSpareLinks(trace);
      const violations = links.flatMap((link) => {
        const event = link.said.find(({ action }) => action === 'FINISHED');
        if (!event || spare.has(link) || hasCause(trace, event.at, promptly)) return [];
        return [
          {
            message: 'The client sent FINISHED although nobody had stopped it and the stream had not ended.',
            expected: 'no FINISHED',
            actual: event.raw,
            event,
          },
        ];
      });
      return { exercised: links.length, violations };
    },
  },
];

/** The harness breaks connections too; then the network is at fault, not the client. */
function isBroken({ close }: Link): boolean {
  return close?.by === 'network' && close.injected !== undefined;
}

/** Whether the user or the stream had come to an end since the last press on play, or does so at that moment. */
function hasCause(trace: Trace, at: number, promptly: number): boolean {
  const last = trace.events.findLast(
    (event) => event.at <= at && (isEnd(event) || isCommand(event, 'start')),
  );
  // News of the user come by another way than frames do.
  return (
    (last !== undefined && isEnd(last)) ||
    trace.events.some((event) => isEnd(event) && Math.abs(event.at - at) <= promptly)
  );
}

function isEnd(event: TraceEvent): boolean {
  return event.kind === 'ended' || isCommand(event, 'stop', 'reset', 'reload', 'exit', 'end');
}
