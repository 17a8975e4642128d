import type { StartCommand } from '../../protocol/driver-protocol.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange } from '../trace/conversation.ts';
import { eachRequest, findTokensInUrls } from '../trace/each-request.ts';
import type { RequestProblem } from '../trace/each-request.ts';
import type { Finding } from '../trace/finding.ts';
import { isCommand, readSessions, startBefore } from '../trace/session.ts';
import { responds } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { Trace } from '../trace/trace.ts';
import { isAskedFor, isRepeated } from '../trace/wish.ts';
import type { Monitor } from './monitor.ts';

/** Judges each request by itself, by what the user asked for before it. */
function eachAskedRequest(
  trace: Trace,
  judge: (exchange: Exchange, start: StartCommand) => RequestProblem,
): Finding {
  return eachRequest(trace, (exchange) => {
    const start = startBefore(trace, exchange.at);
    return start ? judge(exchange, start) : 'skip';
  });
}

/** PROTOCOL.md section 5, Request. */
export const REQUEST_MONITORS: readonly Monitor[] = [
  {
    // 2.1: Every POST request MUST bear the header Authorization: Bearer <JWT>.
    rule: 'client/request/bearer-token',
    check: (trace) =>
      eachAskedRequest(trace, ({ request }, { token }) => {
        const header = request.headers['authorization'];
        const sent = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
        if (sent === token) return undefined;
        return {
          message: 'A request did not bear the token that the client was given.',
          expected: "Authorization: Bearer and the customer's token",
          actual: header === undefined ? 'no Authorization header' : `Authorization: ${header.slice(0, 24)}…`,
        };
      }),
  },
  {
    // 5.56: A client MUST NOT put the customer's JWT into a URL.
    rule: 'client/request/token-not-in-url',
    check(trace) {
      const tokens = eventsOf(trace, 'command').flatMap(({ command }) =>
        command.do === 'start' ? [command.token] : [],
      );
      return findTokensInUrls(trace, tokens);
    },
  },
  {
    // 3.1: A client MUST create a session with POST /sessions and a JSON object.
    rule: 'client/request/post-json',
    check: (trace) =>
      eachAskedRequest(trace, ({ request, path, body }) => {
        const isRight = request.method === 'POST' && body && /\/(sessions|takeover)$/.test(path);
        if (isRight) return undefined;
        return {
          message: 'A request is not what the protocol has.',
          expected: 'POST /sessions or POST /takeover with a JSON object',
          actual: `${request.method} ${path} with ${body ? 'a JSON object' : JSON.stringify(request.body.slice(0, 60))}`,
        };
      }),
  },
  {
    // 5.1: with the customer's JWT and exactly one of offerId and tag.
    rule: 'client/request/offer-or-tag',
    check: (trace) =>
      eachAskedRequest(trace, ({ body }, start) => {
        if (!body) return 'skip';
        const asked = describeChoice(start.offerId, start.tag);
        const sent = describeChoice(body['offerId'], body['tag']);
        if (asked === sent) return undefined;
        return {
          message: 'A request did not name what the user wants to watch.',
          expected: asked,
          actual: sent,
        };
      }),
  },
  {
    // 3.2: sessionName MUST be a string of at most 100 characters.
    rule: 'client/request/name-length',
    check: (trace) =>
      eachAskedRequest(trace, ({ body }, { sessionName = '' }) => {
        // Only a title that is too long puts a client to the test.
        if (!body || Array.from(sessionName).length <= 100) return 'skip';
        const name = body['sessionName'];
        const length = typeof name === 'string' ? Array.from(name).length : 0;
        if (name === undefined || (typeof name === 'string' && length <= 100)) return undefined;
        return {
          message: 'A title that is too long was sent as it is.',
          expected: 'a sessionName of at most 100 characters',
          actual: typeof name === 'string' ? `${length} characters` : `a ${typeof name}`,
        };
      }),
  },
  {
    // 5.2: A client SHOULD give a sessionName by which the customer can tell the session from others.
    rule: 'client/request/name-given',
    check: (trace) =>
      eachAskedRequest(trace, ({ body }, { sessionName }) => {
        if (!body || !sessionName) return 'skip';
        const name = body['sessionName'];
        if (typeof name === 'string' && name !== '') return undefined;
        return {
          message: 'A session was asked for without a name.',
          expected: `the name ${JSON.stringify(sessionName.slice(0, 100))}, or one like it`,
          actual: name === undefined ? 'no sessionName' : JSON.stringify(name),
        };
      }),
  },
  {
    // 5.3: A client MUST connect to endpoint exactly as it was returned.
    rule: 'client/request/endpoint-verbatim',
    check(trace) {
      const { links, exchanges } = readConversation(trace);
      const endpoints = exchanges.flatMap(
        ({ endpoint, disabledEndpoint }) => endpoint ?? disabledEndpoint ?? [],
      );
      const violations = links
        .filter(({ url }) => !endpoints.includes(url))
        .map(({ url, attempt }) => ({
          message: 'The client connected to a URL that no answer gave.',
          expected: endpoints.at(-1) ?? 'no connection, since no endpoint was given',
          actual: url,
          event: attempt,
        }));
      return { exercised: links.length, violations };
    },
  },
  {
    // 5.3: A client MUST connect to endpoint.
    rule: 'client/request/connects-when-granted',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: readSessions(trace).filter(
          ({ exchange, at }) =>
            exchange.path.endsWith('/sessions') &&
            // Who has given a late answer up, or has two of them, need not connect (5.61, 5.80).
            at - exchange.at <= promptly * 2 &&
            !isRepeated(trace, exchange),
        ),
        answered: ({ links }) => links[0]?.at,
        excused: ({ at }) => userLeftAfter(trace, at),
        within: promptly * 3,
        event: ({ exchange }) => exchange.response,
        words: () => ({
          message: 'A session was granted, and the client did not connect.',
          expected: 'a WebSocket connection to the endpoint',
          actual: 'no attempt to connect',
        }),
      }),
  },
  {
    // 5.7: A client MUST NOT create another session while it holds one for the same playback.
    rule: 'client/request/one-session',
    check(trace) {
      const sessions = readSessions(trace);
      const violations = sessions.flatMap(({ at, end, exchange }) => {
        const second = readConversation(trace).exchanges.find(
          (other) =>
            other !== exchange &&
            other.at > at &&
            other.at < (end?.at ?? trace.end) &&
            !isAskedFor(trace, at, other.at) &&
            other.path.endsWith('/sessions'),
        );
        // A create after a loss is the business of 5.27.
        const lost = trace.events.some(
          ({ kind, at: time }) =>
            (kind === 'close' || kind === 'refused') && time > at && time <= (second?.at ?? 0),
        );
        if (!second || lost) return [];
        return [
          {
            message: 'The client asked for another session while it held one.',
            expected: 'one POST /sessions for one press on play',
            actual: 'another one, with nothing in between that ended the first session',
            event: second.request,
          },
        ];
      });
      return { exercised: sessions.length, violations };
    },
  },
  {
    // 5.8: On 401 a client MUST NOT repeat the request with the same JWT.
    rule: 'client/request/no-repeat-after-401',
    check(trace, { watch }) {
      const { exchanges } = readConversation(trace);
      const refused = exchanges.filter(({ response }) => response?.status === 401);
      let exercised = 0;
      const violations = refused.flatMap((exchange) => {
        const { authorization } = exchange.request.headers;
        const again = exchanges.find(
          ({ at, request }) =>
            at > (exchange.response?.at ?? 0) &&
            request.headers['authorization'] === authorization &&
            !isAskedFor(trace, exchange.at, at),
        );
        if (again || trace.end - exchange.at >= watch) exercised += 1;
        if (!again) return [];
        return [
          {
            message: 'The client repeated a request with the token that had just been refused.',
            expected: 'no other request with the same token',
            actual: `the same token again after ${Math.round(again.at - exchange.at)} ms`,
            event: again.request,
          },
        ];
      });
      return { exercised, violations };
    },
  },
];

function userLeftAfter({ events }: Trace, at: number): number | undefined {
  return events.find((event) => event.at >= at && isCommand(event, 'stop', 'reset', 'reload', 'exit'))?.at;
}

function describeChoice(offerId: unknown, tag: unknown): string {
  const parts = [
    offerId === undefined ? '' : `offerId ${JSON.stringify(offerId)}`,
    tag === undefined ? '' : `tag ${JSON.stringify(tag)}`,
  ];
  return parts.filter(Boolean).join(' and ') || 'neither offerId nor tag';
}
