import { isDeepStrictEqual } from 'node:util';
import { limitBodySchema } from '../../protocol/http-bodies.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange } from '../trace/conversation.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import { never, responds } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import type { Monitor } from './monitor.ts';
import { readPlayback } from './playback.ts';

/** The answers that say that the limit is reached, with when they came. */
function readLimits(trace: Trace) {
  return readConversation(trace).exchanges.flatMap(({ meaning, response, answer }) => {
    if (meaning !== 'limit' || !response) return [];
    const parsed = limitBodySchema.safeParse(answer);
    const details = parsed.success ? parsed.data.details : undefined;
    return [{ at: response.at, response, details }];
  });
}

/** The answer that a `limit` event shows: the newest before it. */
function shownAnswer(trace: Trace, { at }: TraceEvent) {
  return readLimits(trace).findLast((limit) => limit.at <= at);
}

function takeovers(trace: Trace): Exchange[] {
  return readConversation(trace).exchanges.filter(({ path }) => path.endsWith('/takeover'));
}

/** PROTOCOL.md section 5, Takeover. */
export const TAKEOVER_MONITORS: readonly Monitor[] = [
  {
    // 5.36: A client MUST recognise a refusal at the limit by code or by details.activeSessions, with any status but 200.
    rule: 'client/takeover/recognises-limit',
    needs: 'limit',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: readLimits(trace),
        answered: ({ at }) => eventsOf(trace, 'limit').find((event) => event.at >= at)?.at,
        excused: ({ at }) =>
          trace.events.find((event) => event.at >= at && isCommand(event, 'stop', 'reset', 'reload'))?.at,
        within: promptly * 2,
        event: ({ response }) => response,
        words: ({ response }) => ({
          message: 'The limit was reached, and the client did not tell the user.',
          expected: 'the event "limit"',
          actual: `none after ${response.status} ${response.body.slice(0, 100)}`,
        }),
      }),
  },
  {
    // 5.37: A client MUST offer takeover only if details.takeOverEnabled is true.
    rule: 'client/takeover/offers-when-enabled',
    needs: 'limit',
    check(trace) {
      const shown = eventsOf(trace, 'limit');
      const violations = shown
        .filter((event) => event.takeover && shownAnswer(trace, event)?.details?.takeOverEnabled !== true)
        .map((event) => ({
          message: 'The client offered takeover although it is switched off.',
          expected: 'no offer, since details.takeOverEnabled is not true',
          actual: 'takeover is offered',
          event,
        }));
      const off = shown.filter((event) => shownAnswer(trace, event)?.details?.takeOverEnabled !== true);
      return { exercised: off.length, violations };
    },
  },
  {
    // 5.38: A client that offers takeover MUST show the sessions of details.activeSessions by name.
    rule: 'client/takeover/shows-sessions',
    needs: 'limit',
    check(trace) {
      const shown = eventsOf(trace, 'limit').flatMap((event) => {
        const answer = shownAnswer(trace, event);
        return event.takeover && answer?.details
          ? [{ event, expected: pick(answer.details.activeSessions) }]
          : [];
      });
      const violations = shown
        .filter(({ event, expected }) => !isDeepStrictEqual(sorted(pick(event.sessions)), sorted(expected)))
        .map(({ event, expected }) => ({
          message: 'The client did not show the sessions as they are.',
          expected: JSON.stringify(expected),
          actual: JSON.stringify(pick(event.sessions)),
          event,
        }));
      return { exercised: shown.length, violations };
    },
  },
  {
    // 5.57: A client MUST show names of sessions as plain text, whatever characters they have.
    rule: 'client/takeover/shows-names-safely',
    needs: 'page',
    check(trace) {
      // A name that is not shown at all does no harm, and shows nothing either.
      const hostile = trace.events.filter(
        (event) =>
          (event.kind === 'limit' && event.sessions.some(({ name }) => name.includes('<'))) ||
          (event.kind === 'taken-over' && event.by?.includes('<')),
      );
      const violations = eventsOf(trace, 'unsafe').map((event) => ({
        message: 'A name of a session was taken for markup.',
        expected: 'the name as plain text',
        actual: event.what,
        event,
      }));
      return { exercised: Math.max(hostile.length, violations.length), violations };
    },
  },
  {
    // 5.40: A client MUST NOT take over a session without the user's choice.
    rule: 'client/takeover/asks-user',
    check(trace, { promptly }) {
      const chosen = eventsOf(trace, 'command').filter(({ command }) => command.do === 'takeover');
      const violations = takeovers(trace)
        .filter(({ at }, index) => !chosen[index] || chosen[index].at > at)
        .map(({ request }) => ({
          message: 'The client took a session over that the user had not chosen.',
          expected: 'no POST /takeover before the user chooses',
          actual: request.body,
          event: request,
        }));
      const offered = readLimits(trace).filter(({ at }) => trace.end - at >= promptly);
      return { exercised: Math.max(offered.length, violations.length), violations };
    },
  },
  {
    // 5.39: POST /takeover, the sessionId that the user chose, and the same sessionName and offerId or tag.
    rule: 'client/takeover/sends-choice',
    check(trace) {
      const made = takeovers(trace).flatMap((exchange) => {
        const create = readConversation(trace).exchanges.findLast(
          ({ at, path }) => at < exchange.at && path.endsWith('/sessions'),
        );
        const chosen = eventsOf(trace, 'command').findLast(
          ({ at, command }) => at <= exchange.at && command.do === 'takeover',
        );
        if (!create || chosen?.command.do !== 'takeover') return [];
        const expected = { ...pickRequest(create.body), sessionId: chosen.command.sessionId };
        return [
          {
            exchange,
            expected,
            actual: { ...pickRequest(exchange.body), sessionId: exchange.body?.['sessionId'] },
          },
        ];
      });
      const violations = made
        .filter(({ expected, actual }) => !isDeepStrictEqual(expected, actual))
        .map(({ exchange, expected, actual }) => ({
          message: 'The takeover does not say what the user chose and asked for.',
          expected: JSON.stringify(expected),
          actual: JSON.stringify(actual),
          event: exchange.request,
        }));
      return { exercised: made.length, violations };
    },
  },
  {
    // 5.41: After a takeover is granted, a client MUST connect to the returned endpoint.
    rule: 'client/takeover/connects-after-grant',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: readSessions(trace).filter(({ exchange }) => exchange.path.endsWith('/takeover')),
        answered: ({ links }) => links[0]?.at,
        excused: ({ at }) =>
          trace.events.find((event) => event.at >= at && isCommand(event, 'stop', 'reset', 'reload'))?.at,
        within: promptly * 3,
        event: ({ exchange }) => exchange.response,
        words: () => ({
          message: 'A takeover was granted, and the client did not connect.',
          expected: 'a WebSocket connection to the endpoint',
          actual: 'no attempt to connect',
        }),
      }),
  },
  {
    // 5.42: When a takeover is answered with 404 or another error, a client MUST NOT play or connect anywhere.
    rule: 'client/takeover/gives-up-when-refused',
    check(trace, { promptly }) {
      const refused = takeovers(trace).flatMap(({ meaning, response }) =>
        response && (meaning === 'refused' || meaning === 'limit') ? [response] : [],
      );
      return never(trace, {
        after: refused.map(({ at }) => ({ at, until: nextWish(trace, at) })),
        match: (event): event is EventOf<'attempt'> | EventOf<'playback'> =>
          event.kind === 'attempt' || (event.kind === 'playback' && event.playing),
        watch: promptly,
        words: (event) => ({
          message: 'The takeover was refused, and the client went on as if it had been granted.',
          expected: 'neither playback nor a connection',
          actual: event.kind === 'attempt' ? `a connection to ${event.url}` : 'playback',
        }),
      });
    },
  },
  ...(['TAKE_OVER', 'TERMINATE'] as const).map(
    // 5.35: After TERMINATE or TAKE_OVER a client MUST NOT connect again or create a session on its own.
    (action): Monitor => ({
      rule: `client/takeover/${action === 'TAKE_OVER' ? 'victim' : 'terminated'}-stays-away`,
      check: (trace, { watch }) =>
        never(trace, {
          after: eventsOf(trace, 'told')
            .filter((event) => event.action === action && !isOld(trace, event))
            .map(({ at }) => ({ at, until: nextWish(trace, at) })),
          match: (event): event is EventOf<'attempt'> | EventOf<'request'> =>
            event.kind === 'attempt' || (event.kind === 'request' && event.method === 'POST'),
          watch,
          words: (event) => ({
            message: `After ${action} the client came back by itself.`,
            expected: 'neither a connection nor a request until the user asks for it',
            actual: event.kind === 'attempt' ? `a connection to ${event.url}` : `POST ${event.target}`,
          }),
        }),
    }),
  ),
  {
    // 5.43: On TAKE_OVER a client SHOULD tell the user which session took over, by sessionName.
    rule: 'client/takeover/tells-who',
    needs: 'taken-over',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: eventsOf(trace, 'told').filter(
          (event) =>
            event.action === 'TAKE_OVER' && readName(event.raw) !== '' && wasPlaying(trace, event.at),
        ),
        answered: ({ at, raw }) =>
          eventsOf(trace, 'taken-over').find((event) => event.at >= at && event.by === readName(raw))?.at,
        within: promptly * 2,
        event: (event) => event,
        words: ({ at, raw }) => ({
          message: 'The client did not tell the user who took over.',
          expected: `the event "taken-over" with ${JSON.stringify(readName(raw))}`,
          actual: JSON.stringify(
            eventsOf(trace, 'taken-over').find((event) => event.at >= at)?.by ?? 'no event',
          ),
        }),
      }),
  },
];

/** When the user wants something again, so that what follows is no longer of the client's own accord. */
function nextWish({ events, end }: Trace, at: number): number {
  return events.find((event) => event.at > at && isCommand(event, 'start', 'takeover', 'reload'))?.at ?? end;
}

/** Whether a frame came on a connection that another one had replaced, or after FINISHED. */
function isOld(trace: Trace, { link, at }: EventOf<'told'>): boolean {
  const { links } = readConversation(trace);
  const own = links.find(({ attempt }) => attempt.link === link);
  const finished = own?.said.some(({ action, at: time }) => action === 'FINISHED' && time < at);
  return finished === true || links.some((other) => other.attempt.link > link && other.at < at);
}

function wasPlaying(trace: Trace, at: number): boolean {
  return readPlayback(trace).some(({ from, until }) => from < at && until >= at);
}

function readName(raw: string): string {
  const { sessionName } = JSON.parse(raw) as { sessionName?: unknown };
  return typeof sessionName === 'string' ? sessionName : '';
}

function pick(sessions: readonly { sessionId: string; name: string }[]) {
  return sessions.map(({ sessionId, name }) => ({ sessionId, name }));
}

function sorted(sessions: readonly { sessionId: string; name: string }[]) {
  return [...sessions].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
}

function pickRequest(body: Readonly<Record<string, unknown>> | undefined) {
  return { sessionName: body?.['sessionName'], offerId: body?.['offerId'], tag: body?.['tag'] };
}
