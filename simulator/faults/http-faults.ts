import { z } from 'zod';
import { defineFaultKinds, milliseconds } from './fault-kind.ts';
import type { Struck } from './faults.ts';

const where = {
  path: z.enum(['/sessions', '/takeover']).optional().meta({ description: 'Only requests to this path.' }),
  preflight: z.boolean().default(false).meta({
    description: 'Touches preflights (OPTIONS), which bear no token, in place of the requests proper.',
  }),
};

const OUTAGE_STATUSES = { min: 400, max: 599 };

export const HTTP_FAULTS = defineFaultKinds('http', {
  'http-latency': {
    description: 'Requests are answered late.',
    parameters: {
      ...where,
      delay: milliseconds('How much later.').default(1_000),
      jitter: milliseconds('Up to this much more, drawn from the seed.').default(0),
    },
  },
  'http-error': {
    description: 'Requests are answered with an error, 503 unless told, and reach nothing.',
    parameters: {
      ...where,
      status: z
        .int()
        .min(OUTAGE_STATUSES.min)
        .max(OUTAGE_STATUSES.max)
        .default(503)
        .meta({ description: 'The status: 429, 500, 503…', unit: 'HTTP status' }),
      retryAfter: z.int().min(0).optional().meta({ description: 'The header Retry-After, in seconds.' }),
    },
  },
  'captive-portal': {
    description:
      'Requests are answered 200 with an HTML login page, as a hotel’s network does, without CORS.',
    parameters: where,
  },
  'truncated-body': {
    description: 'Answers break off in the middle of the body, and the connection with them.',
    parameters: where,
  },
  'no-answer': {
    description: 'Requests reach nothing and are never answered.',
    parameters: where,
  },
  'cors-denied': {
    description: 'Answers bear no CORS headers, so a browser keeps them from the page.',
    parameters: {
      path: where.path,
      preflight: z
        .boolean()
        .optional()
        .meta({ description: 'Only preflights, or only requests proper; both where left out.' }),
    },
  },
  'endpoint-missing': {
    description: 'A grant has no endpoint in its body.',
    parameters: { path: where.path },
  },
  'endpoint-relative': {
    description: 'The endpoint in a grant is a path, no URL.',
    parameters: { path: where.path },
  },
  'endpoint-scheme': {
    description: 'The endpoint in a grant has another scheme than ws or wss.',
    parameters: {
      path: where.path,
      scheme: z.enum(['http', 'https', 'ftp']).default('http').meta({ description: 'The wrong scheme.' }),
    },
  },
});

/** What happens to one request, once all faults that strike it are added up. */
export interface AnswerPlan {
  /** Milliseconds. */
  readonly delay: number;
  /** The answer in place of the protocol's own; `none` keeps the client waiting. */
  readonly instead?: 'none' | { status: number; headers: Record<string, string>; body: string } | undefined;
  readonly truncated: boolean;
  readonly corsDenied: boolean;
  readonly endpoint?: 'missing' | 'relative' | { scheme: string } | undefined;
  /** The names of the faults, for the journal. */
  readonly injected?: string | undefined;
}

/** Adds up the faults that struck a request. Of two answers in place of the protocol's, the last one is given. */
export function planAnswer(struck: readonly Struck<'http'>[]): AnswerPlan {
  const plan: { -readonly [Member in keyof AnswerPlan]: AnswerPlan[Member] } = {
    delay: 0,
    truncated: false,
    corsDenied: false,
  };
  for (const { fault, roll } of struck) {
    switch (fault.kind) {
      case 'http-latency':
        plan.delay += fault.delay + Math.floor(roll() * (fault.jitter + 1));
        break;
      case 'http-error':
        plan.instead = wordError(fault.status, fault.retryAfter);
        break;
      case 'captive-portal':
        plan.instead = CAPTIVE_PORTAL;
        plan.corsDenied = true;
        break;
      case 'no-answer':
        plan.instead = 'none';
        break;
      case 'truncated-body':
        plan.truncated = true;
        break;
      case 'cors-denied':
        plan.corsDenied = true;
        break;
      case 'endpoint-missing':
        plan.endpoint = 'missing';
        break;
      case 'endpoint-relative':
        plan.endpoint = 'relative';
        break;
      case 'endpoint-scheme':
        plan.endpoint = { scheme: fault.scheme };
        break;
    }
  }
  if (struck.length > 0) plan.injected = struck.map(({ fault }) => fault.name).join(', ');
  return plan;
}

function wordError(status: number, retryAfter: number | undefined) {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  const body = JSON.stringify({
    code: 'Unavailable',
    message: 'The service is not available; try again later.',
  });
  return { status, headers, body };
}

const CAPTIVE_PORTAL = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>Welcome</title><h1>Welcome to our network</h1><form><button>Accept</button></form>',
};

/** Spoils the endpoint of a grant; any other body stays as it is. */
export function spoilEndpoint(body: string, how: NonNullable<AnswerPlan['endpoint']>): string {
  const grant = JSON.parse(body) as { endpoint?: unknown };
  if (typeof grant.endpoint !== 'string') return body;
  if (how === 'missing') return JSON.stringify({ ...grant, endpoint: undefined });
  const url = new URL(grant.endpoint);
  const endpoint =
    how === 'relative'
      ? url.pathname + url.search
      : `${how.scheme}:${grant.endpoint.slice(url.protocol.length)}`;
  return JSON.stringify({ ...grant, endpoint });
}
