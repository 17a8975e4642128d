import type { StartCommand } from '../../protocol/driver-protocol.ts';
import { readConversation } from '../trace/conversation.ts';
import { isReaction } from '../trace/reaction.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import { responds } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { Trace, TraceEvent } from '../trace/trace.ts';
import { answeredAt } from '../trace/wish.ts';
import type { Monitor } from './monitor.ts';
import { readPlayback } from './playback.ts';

/** How long a press on play may be without an effect that anybody sees (5.77), in milliseconds. */
const LONGEST_SILENCE = 10_000;

/** PROTOCOL.md section 5, Request: what the user's press on play leads to. */
export const PRESS_MONITORS: readonly Monitor[] = [
  {
    // 5.77: A press on play SHOULD lead within 10 s to a request, to a connection, or to word to the user.
    rule: 'client/request/asks-on-play',
    needs: 'press',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: readPresses(trace),
        answered: ({ at }) => trace.events.find((event) => event.at > at && isReaction(event))?.at,
        excused: ({ at }) => trace.events.find((event) => event.at > at && takesBack(event))?.at,
        within: Math.max(LONGEST_SILENCE, promptly * 3),
        event: ({ event }) => event,
        words: () => ({
          message: 'The user pressed play, and the client did nothing.',
          expected: 'a request, a connection to a stored endpoint, or an error for the user',
          actual: 'nothing on the wire, and nothing for the user to see',
        }),
      }),
  },
];

/** Presses on play that find a client at rest: with no session, no playback and no answer that is still to come. */
function readPresses(trace: Trace): { at: number; event: TraceEvent }[] {
  const { exchanges } = readConversation(trace);
  return eventsOf(trace, 'command').flatMap((event) => {
    const { at, command } = event;
    if (command.do !== 'start') return [];
    const waits = exchanges.some((exchange) => exchange.at < at && isOpenAt(exchange.response?.at, at));
    const holds = readSessions(trace).some((session) => session.at < at && isOpenAt(session.end?.at, at));
    const plays = readPlayback(trace).some(({ from, until }) => from < at && until > at);
    return waits || holds || plays || isLockedOut(trace, at, command) ? [] : [{ at, event }];
  });
}

function isOpenAt(end: number | undefined, at: number): boolean {
  return end === undefined || end > at;
}

/** A token that was refused need not be shown again (5.62). */
function isLockedOut(trace: Trace, at: number, { token }: StartCommand): boolean {
  const last = readConversation(trace).exchanges.findLast((exchange) => answeredAt(exchange) < at);
  return (
    last?.response?.status === 401 && last.request.headers['authorization']?.endsWith(` ${token}`) === true
  );
}

function takesBack(event: TraceEvent): boolean {
  return event.kind === 'exited' || isCommand(event, 'stop', 'reset', 'reload', 'exit');
}
