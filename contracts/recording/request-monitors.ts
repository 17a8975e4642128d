import type { Monitor } from '../client/monitor.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange } from '../trace/conversation.ts';
import { eachRequest, findTokensInUrls } from '../trace/each-request.ts';

/** The customer's token of a request, where it is not masked. */
function tokenOf({ request }: Exchange): string | undefined {
  return /^Bearer +(eyJ[\w-]+\.[\w-]+\.[\w-]*)$/i.exec(request.headers['authorization'] ?? '')?.[1];
}

/**
 * The rules about requests by what a recording shows: not what the user asked for, only what is wrong whatever that was.
 */
export const REQUEST_MONITORS: readonly Monitor[] = [
  {
    // 2.1: Every POST request MUST bear the header Authorization: Bearer <JWT>.
    rule: 'client/request/bearer-token',
    check: (trace) =>
      eachRequest(trace, (exchange) => {
        const header = exchange.request.headers['authorization'];
        if (tokenOf(exchange) !== undefined) return undefined;
        if (header !== undefined && /^Bearer +\S/i.test(header)) return 'skip';
        return {
          message: 'A request bore no token.',
          expected: "Authorization: Bearer and the customer's token",
          actual:
            header === undefined ? 'no Authorization header' : 'an Authorization header of another kind',
        };
      }),
  },
  {
    // 5.56: A client MUST NOT put the customer's JWT into a URL.
    rule: 'client/request/token-not-in-url',
    check(trace) {
      const tokens = readConversation(trace).exchanges.flatMap((exchange) => tokenOf(exchange) ?? []);
      const found = findTokensInUrls(trace, tokens);
      return tokens.length > 0 ? found : { ...found, exercised: 0 };
    },
  },
  {
    // 3.1: A client MUST create a session with POST /sessions and a JSON object.
    rule: 'client/request/post-json',
    check: (trace) =>
      eachRequest(trace, ({ request, path, body }) => {
        if (request.method === 'POST' && body) return undefined;
        return {
          message: 'A request is not what the protocol has.',
          expected: 'POST with a JSON object',
          actual: `${request.method} ${path} with ${body ? 'a JSON object' : JSON.stringify(request.body.slice(0, 60))}`,
        };
      }),
  },
  {
    // 5.1: with the customer's JWT and exactly one of offerId and tag.
    rule: 'client/request/offer-or-tag',
    check: (trace) =>
      eachRequest(trace, ({ body }) => {
        if (!body) return 'skip';
        const given = ['offerId', 'tag'].filter((member) => body[member] !== undefined);
        if (given.length === 1) return undefined;
        return {
          message: 'A request did not name one thing to watch.',
          expected: 'offerId or tag',
          actual: given.length === 0 ? 'neither' : 'both',
        };
      }),
  },
  {
    // 3.2: sessionName MUST be a string of at most 100 characters.
    rule: 'client/request/name-length',
    check: (trace) =>
      eachRequest(trace, ({ body }) => {
        const name = body?.['sessionName'];
        const length = typeof name === 'string' ? Array.from(name).length : 0;
        // Only a title as long as that puts a client to the test.
        if (name === undefined || (typeof name === 'string' && length < 100)) return 'skip';
        if (typeof name === 'string' && length === 100) return undefined;
        return {
          message: 'A session name is none.',
          expected: 'a string of at most 100 characters',
          actual: typeof name === 'string' ? `${length} characters` : `a ${typeof name}`,
        };
      }),
  },
  {
    // 5.2: A client SHOULD give a sessionName by which the customer can tell the session from others.
    rule: 'client/request/name-given',
    check: (trace) =>
      eachRequest(trace, ({ body }) => {
        const name = body?.['sessionName'];
        // A recording does not show whether there was a name to give.
        return typeof name === 'string' && name !== '' ? undefined : 'skip';
      }),
  },
];
