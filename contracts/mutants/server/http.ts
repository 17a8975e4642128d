import { decodeJwt } from 'jose';
import type { Tamper } from '../../../simulator/tamper.ts';
import type { ServerMutant } from './mutant.ts';

type Json = { [member: string]: unknown };

/** For whom a request is, whatever moment its token was signed at. */
function customerOf(request: Request): string {
  const { customerId } = decodeJwt((request.headers.get('authorization') ?? '').replace(/^Bearer /, ''));
  return JSON.stringify(customerId);
}

/** A fault in the answer: its status, headers or body. */
function tamperAnswer(
  fault: (answer: Response, request: Request) => Response | Promise<Response>,
): () => Tamper {
  return () => ({ answer: async (request, next) => fault(await next(request.clone()), request) });
}

/** A fault in how a JSON body is read: `change` gives the body that the server goes on with. */
function tamperBody(change: (body: Json) => Json): () => Tamper {
  return () => ({
    async answer(request, next) {
      if (request.method !== 'POST') return next(request);
      const text = await request.text();
      return next(
        new Request(request.url, {
          method: 'POST',
          headers: request.headers,
          body: changeJson(text, change),
        }),
      );
    },
  });
}

function changeJson(text: string, change: (body: Json) => Json): string {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? JSON.stringify(change(body as Json))
      : text;
  } catch {
    return text;
  }
}

/** The answer with another body; status and headers stay. */
async function reword(answer: Response, change: (body: Json) => Json): Promise<Response> {
  const body = JSON.stringify(change((await answer.json()) as Json));
  const headers = new Headers(answer.headers);
  headers.delete('content-length');
  return new Response(body, { status: answer.status, headers });
}

function isCreated(answer: Response, request: Request): boolean {
  return answer.status === 200 && request.method === 'POST';
}

function withEndpoint(change: (endpoint: string) => string): () => Tamper {
  return tamperAnswer((answer, request) => {
    if (!isCreated(answer, request)) return answer;
    return reword(answer, (body) =>
      typeof body['endpoint'] === 'string' ? { ...body, endpoint: change(body['endpoint']) } : body,
    );
  });
}

/** Gives a session's endpoint to the next one of the same customer, too. */
function shareEndpoints(): Tamper {
  const given = new Map<string, string>();
  return {
    async answer(request, next) {
      const answer = await next(request.clone());
      if (!isCreated(answer, request)) return answer;
      const customer = customerOf(request);
      return reword(answer, (body) => {
        const endpoint = given.get(customer) ?? String(body['endpoint']);
        given.set(customer, endpoint);
        return { ...body, endpoint };
      });
    },
  };
}

/** Counts sessions although DRISC is off, and refuses beyond the limit. */
function countWhileDisabled(): Tamper {
  const counts = new Map<string, number>();
  return {
    async answer(request, next) {
      const answer = await next(request.clone());
      if (!isCreated(answer, request)) return answer;
      const { enabled } = (await answer.clone().json()) as Json;
      if (enabled !== false) return answer;
      const customer = customerOf(request);
      const count = (counts.get(customer) ?? 0) + 1;
      counts.set(customer, count);
      return count > 2 ? Response.json({ code: 'LimitExceeded', message: 'full' }, { status: 403 }) : answer;
    },
  };
}

export const httpMutants: readonly ServerMutant[] = [
  {
    name: 'created-201',
    fault: 'A create is answered with 201.',
    breaks: 'server/create/grant-below-limit',
    tamper: tamperAnswer((answer, request) =>
      isCreated(answer, request)
        ? new Response(answer.body, { status: 201, headers: answer.headers })
        : answer,
    ),
  },
  {
    name: 'relative-endpoint',
    fault: 'The endpoint has no host.',
    breaks: 'server/create/absolute-endpoint',
    tamper: withEndpoint((endpoint) => endpoint.replace(/^ws:\/\/[^/]+/, '')),
  },
  {
    name: 'http-endpoint',
    fault: 'The endpoint begins with http:.',
    breaks: 'server/create/absolute-endpoint',
    tamper: withEndpoint((endpoint) => endpoint.replace(/^ws:/, 'http:')),
  },
  {
    name: 'shared-endpoint',
    fault: "A customer's second device is given the first one's endpoint.",
    breaks: 'server/create/separate-sessions',
    tamper: shareEndpoints,
  },
  {
    name: 'tag-has-own-pool',
    fault: 'Sessions made by tag are counted apart from those made by offer.',
    breaks: 'server/create/by-tag',
    tamper: tamperBody((body) =>
      body['tag'] && !body['offerId'] ? { ...body, tag: undefined, offerId: 'B' } : body,
    ),
  },
  {
    name: 'offer-beats-tag',
    fault: 'Where both are given, the tag is overlooked.',
    breaks: 'server/create/one-choice',
    tamper: tamperBody((body) => (body['offerId'] ? { ...body, tag: undefined } : body)),
  },
  {
    name: 'default-offer',
    fault: 'Where neither offer nor tag is given, the first offer is taken.',
    breaks: 'server/create/one-choice',
    tamper: tamperBody((body) => ('offerId' in body || 'tag' in body ? body : { ...body, offerId: 'A' })),
  },
  {
    name: 'any-offer',
    fault: 'An unknown offer counts as the first one.',
    breaks: 'server/create/unknown-offer',
    tamper: tamperBody((body) =>
      typeof body['offerId'] === 'string' && body['offerId'].length > 1 ? { ...body, offerId: 'A' } : body,
    ),
  },
  {
    name: 'short-names',
    fault: 'A name may have 99 characters.',
    breaks: 'server/create/accept-name-of-100',
    settings: { maxNameLength: 99 },
  },
  {
    name: 'long-names',
    fault: 'A name may have any length.',
    breaks: 'server/create/refuse-name-of-101',
    settings: { maxNameLength: 100_000 },
  },
  {
    name: 'ascii-names',
    fault: 'Characters beyond ASCII are dropped from names.',
    breaks: 'server/create/keep-name',
    tamper: tamperBody((body) =>
      typeof body['sessionName'] === 'string'
        ? { ...body, sessionName: body['sessionName'].replaceAll(/[^ -~]/g, '?') }
        : body,
    ),
  },
  {
    name: 'escaped-names',
    fault: 'Names are kept with HTML entities.',
    breaks: 'server/create/keep-name',
    tamper: tamperBody((body) =>
      typeof body['sessionName'] === 'string'
        ? { ...body, sessionName: body['sessionName'].replaceAll('<', '&lt;') }
        : body,
    ),
  },
  {
    name: 'trimmed-names',
    fault: 'A name loses the spaces around it.',
    breaks: 'server/create/keep-name',
    tamper: tamperBody((body) =>
      typeof body['sessionName'] === 'string' ? { ...body, sessionName: body['sessionName'].trim() } : body,
    ),
  },
  {
    name: 'name-length-in-bytes',
    fault: 'The 100 characters of a name are counted in bytes of UTF-8.',
    breaks: 'server/create/accept-name-of-100',
    tamper: tamperBody((body) =>
      typeof body['sessionName'] === 'string' && Buffer.byteLength(body['sessionName']) > 100
        ? { ...body, sessionName: 'n'.repeat(101) }
        : body,
    ),
  },
  {
    name: 'any-method',
    fault: 'Whatever is not OPTIONS is served as POST.',
    breaks: 'server/create/refuse-other-methods',
    tamper: () => ({
      async answer(request, next) {
        if (['POST', 'OPTIONS', 'GET'].includes(request.method)) return next(request);
        const { url, headers } = request;
        return next(new Request(url, { method: 'POST', headers, body: await request.text() }));
      },
    }),
  },
  {
    name: 'any-path-below',
    fault: 'Every path that begins with /sessions is /sessions.',
    breaks: 'server/create/unknown-path',
    tamper: () => ({
      answer: (request, next) =>
        next(new Request(request.url.replace(/\/sessions\/.*$/, '/sessions'), request)),
    }),
  },
  {
    name: 'crash-on-bad-json',
    fault: 'A body that is no JSON is answered with 500.',
    breaks: 'server/create/refuse-malformed',
    tamper: tamperAnswer((answer) =>
      answer.status === 400
        ? new Response('{"code":"Crash","message":"oops"}', { status: 500, headers: answer.headers })
        : answer,
    ),
  },
  {
    name: 'stringifies-names',
    fault: 'A name that is no string is turned into one.',
    breaks: 'server/create/refuse-malformed',
    tamper: tamperBody((body) =>
      ['undefined', 'string'].includes(typeof body['sessionName'])
        ? body
        : { ...body, sessionName: JSON.stringify(body['sessionName']) },
    ),
  },
  {
    name: 'content-type-matters',
    fault: 'A body of another type than application/json is refused.',
    breaks: 'server/create/any-content-type',
    tamper: tamperAnswer((answer, request) =>
      request.method === 'POST' && request.headers.get('content-type') === 'application/octet-stream'
        ? Response.json(
            { code: 'InvalidRequest', message: 'send JSON' },
            { status: 415, headers: answer.headers },
          )
        : answer,
    ),
  },
  {
    name: 'preflight-needs-token',
    fault: 'OPTIONS is answered with 401.',
    breaks: 'server/cors/preflight',
    tamper: tamperAnswer((answer, request) =>
      request.method === 'OPTIONS' ? new Response(null, { status: 401, headers: answer.headers }) : answer,
    ),
  },
  {
    name: 'preflight-without-authorization',
    fault: 'OPTIONS does not allow the authorization header.',
    breaks: 'server/cors/preflight',
    tamper: tamperAnswer((answer, request) => {
      if (request.method !== 'OPTIONS') return answer;
      const headers = new Headers(answer.headers);
      headers.set('access-control-allow-headers', 'content-type');
      return new Response(null, { status: answer.status, headers });
    }),
  },
  {
    name: 'errors-without-cors',
    fault: 'Errors bear no CORS headers.',
    breaks: 'server/cors/every-answer',
    tamper: tamperAnswer((answer) => {
      if (answer.status < 400) return answer;
      const headers = new Headers(answer.headers);
      headers.delete('access-control-allow-origin');
      return new Response(answer.body, { status: answer.status, headers });
    }),
  },
  {
    name: 'disabled-404',
    fault: 'While DRISC is off, a create is answered with 404.',
    breaks: 'server/disabled/answer',
    tamper: tamperAnswer(async (answer, request) => {
      if (!isCreated(answer, request)) return answer;
      const { enabled } = (await answer.clone().json()) as Json;
      return enabled === false ? new Response(answer.body, { status: 404, headers: answer.headers }) : answer;
    }),
  },
  {
    name: 'disabled-with-endpoint',
    fault: 'While DRISC is off, the answer still has an endpoint.',
    breaks: 'server/disabled/answer',
    tamper: tamperAnswer((answer, request) => {
      if (!isCreated(answer, request)) return answer;
      return reword(answer, (body) =>
        body['enabled'] === false ? { ...body, endpoint: 'ws://127.0.0.1/' } : body,
      );
    }),
  },
  {
    name: 'disabled-counts',
    fault: 'While DRISC is off, the limit still holds.',
    breaks: 'server/disabled/no-limit',
    tamper: countWhileDisabled,
  },
  {
    name: 'offers-share-a-pool',
    fault: 'The limit counts the sessions of all offers together.',
    breaks: 'server/limit/separate-pools',
    tamper: tamperBody((body) => (body['offerId'] === 'B' ? { ...body, offerId: 'A' } : body)),
  },
  {
    name: 'takes-over-anything',
    fault: 'The takeover of a session that does not exist is granted.',
    breaks: 'server/takeover/unknown-session',
    tamper: () => ({
      async answer(request, next) {
        const answer = await next(request.clone());
        if (answer.status !== 404 || !request.url.endsWith('/takeover')) return answer;
        return Response.json(
          { endpoint: 'ws://127.0.0.1:9/connect?token=none' },
          { headers: answer.headers },
        );
      },
    }),
  },
  {
    name: 'limit-without-list',
    fault: 'LimitExceeded lists no sessions.',
    breaks: 'server/limit/list-sessions',
    tamper: tamperAnswer((answer) =>
      answer.status === 403
        ? reword(answer, (body) => ({
            ...body,
            details: { ...(body['details'] as Json), activeSessions: [] },
          }))
        : answer,
    ),
  },
  {
    name: 'limit-500',
    fault: 'The limit is answered with 500.',
    breaks: 'server/limit/refuse-above-limit',
    tamper: tamperAnswer((answer) =>
      answer.status === 403 ? new Response(answer.body, { status: 500, headers: answer.headers }) : answer,
    ),
  },
];
