import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { ERROR_CODES, parseCreateBody, parseTakeoverBody } from '../../protocol/http-bodies.ts';
import type { ErrorCode } from '../../protocol/http-bodies.ts';
import type { CustomerClaims } from '../../protocol/tokens.ts';
import { mintEndpointToken, verifyCustomerToken } from '../../protocol/tokens.ts';
import type { AdmissionResult } from '../admissions.ts';
import { noteOwnFault } from '../own-fault.ts';
import { readBearer } from './bearer.ts';
import { answerInstead, breakOff, disturb } from './disturbance.ts';
import { journalExchange } from './exchange-journal.ts';
import { SCENARIO_HEADER, refuseCue, switchOnUponCue } from './scenario-cue.ts';
import type { DriscContext, DriscEnv, HttpParts, Middleware } from './http-env.ts';

/** The path on which connections are accepted; the token stands in its query. */
export const CONNECT_PATH = '/connect';

/**
 * The protocol's HTTP side as a fetch handler: it reads requests, asks the runtime, and words the answers. It knows no
 * server, so it serves a port and MSW alike.
 */
export function createHttpApp(parts: HttpParts): Hono<DriscEnv> {
  const app = new Hono<DriscEnv>({ getPath: readPath });
  app.use(breakOff);
  app.use(journalExchange(parts));
  app.use(switchOnUponCue(parts));
  app.use(disturb(parts));
  app.use(bearOrigin);
  for (const path of PATHS) app.use(path, answerPreflight(parts));
  app.use(refuseCue);
  app.use(answerInstead);
  app.use(refuseLargeBody(parts));
  app.post('/sessions', authorise(parts), (context) => createSession(parts, context));
  app.post('/takeover', authorise(parts), (context) => takeOverSession(parts, context));
  for (const path of PATHS) app.all(path, refuseMethod);
  app.notFound((context) =>
    answerError(
      context,
      'NotFound',
      `There is nothing at ${context.req.path}; POST to /sessions or /takeover.`,
    ),
  );
  app.onError((error, context) => {
    noteOwnFault(parts.journal, error, context.get('subject'));
    return context.json({ code: 'InternalError', message: error.message }, 500);
  });
  return app;
}

/** The paths that the protocol knows; it compares them exactly (PROTOCOL.md 3.52). */
const PATHS = ['/sessions', '/takeover'];

/** The path as it stands: Hono would decode it. */
function readPath({ url }: Request): string {
  return new URL(url).pathname;
}

/** PROTOCOL.md 3.50: every answer, errors too, can be read by a page of any origin. */
const bearOrigin: Middleware = async (context, next) => {
  context.res.headers.set('access-control-allow-origin', '*');
  await next();
};

/** PROTOCOL.md 3.48 and 3.49. */
function answerPreflight({ scenarios }: HttpParts): Middleware {
  return cors({
    origin: '*',
    allowHeaders: ['authorization', 'content-type', ...(scenarios ? [SCENARIO_HEADER] : [])],
    allowMethods: ['POST', 'OPTIONS'],
    maxAge: 600,
  });
}

function refuseLargeBody({ limits }: HttpParts): Middleware {
  return async (context, next) => {
    if (context.get('body') !== undefined) return next();
    const message = `The body has more than ${limits.maxBodyBytes} bytes.`;
    return answerError(context, 'InvalidRequest', message, { status: 413 });
  };
}

function refuseMethod(context: DriscContext): Response {
  context.header('allow', 'POST, OPTIONS');
  return answerError(context, 'MethodNotAllowed', `${context.req.method} is not allowed here; POST is.`);
}

/** PROTOCOL.md §2: every request bears a customer's token, or nothing happens. */
function authorise({ directory, clock }: HttpParts): Middleware {
  return async (context, next) => {
    const token = readBearer(context.req.header('authorization'));
    if (token === undefined) {
      return answerUnauthorized(context, 'Send the header "Authorization: Bearer <customer token>".');
    }
    const verified = await verifyCustomerToken(token, (id) => directory.publisher(id)?.key, clock.now());
    if (!verified.ok) return answerUnauthorized(context, verified.problem);
    context.set('customer', verified.claims);
    context.set('subject', verified.claims);
    return next();
  };
}

async function createSession(parts: HttpParts, context: DriscContext): Promise<Response> {
  const customer = context.get('customer');
  const parsed = parseCreateBody(context.get('body') ?? '', parts.terms.settingsFor(customer));
  if (!parsed.ok) return answerError(context, 'InvalidRequest', parsed.problem);
  const held = await countSessions(parts, customer);
  if (held >= parts.limits.maxSessionsPerCustomer) {
    const message = `The customer has ${held} sessions, more than this simulator bears.`;
    return answerError(context, 'TooManySessions', message);
  }
  return answerAdmission(parts, context, await parts.runtime.create(customer, parsed.body, customer));
}

async function countSessions({ store }: HttpParts, customer: CustomerClaims): Promise<number> {
  const pools = await store.list(customer);
  return pools.reduce((sum, { pool }) => sum + pool.sessions.length, 0);
}

async function takeOverSession(parts: HttpParts, context: DriscContext): Promise<Response> {
  const customer = context.get('customer');
  const parsed = parseTakeoverBody(context.get('body') ?? '', parts.terms.settingsFor(customer));
  if (!parsed.ok) return answerError(context, 'InvalidRequest', parsed.problem);
  return answerAdmission(parts, context, await parts.runtime.takeOver(customer, parsed.body, customer));
}

/** Words the model's answer to a create or takeover (PROTOCOL.md §3). */
async function answerAdmission(
  parts: HttpParts,
  context: DriscContext,
  result: AdmissionResult,
): Promise<Response> {
  const customer = context.get('customer');
  const settings = parts.terms.settingsFor(customer);
  switch (result.kind) {
    case 'granted': {
      const claims = { ...customer, offerId: result.offer.id, sessionId: result.session };
      context.set('subject', claims);
      const lifetime = settings.endpointTokenLifetime;
      const token = await mintEndpointToken(claims, parts.endpointSecret, parts.clock.now(), lifetime);
      return context.json({ endpoint: formatEndpoint(context.req.url, token) });
    }
    case 'disabled':
      return context.json(DISABLED_BODIES[settings.disabledShape]);
    case 'limit-reached': {
      const { takeOverEnabled, activeSessions } = result;
      const { limit } = parts.terms.policyFor({ ...customer, offerId: result.offer.id });
      const message = `${limit} sessions are allowed at this offer, and as many are active.`;
      const details = { takeOverEnabled, activeSessions };
      return answerError(context, 'LimitExceeded', message, { status: settings.limitStatus, details });
    }
    case 'takeover-disabled':
      return answerError(context, 'TakeoverDisabled', 'The publisher has switched takeover off.');
    case 'takeover-not-needed':
      return answerError(context, 'TakeoverDisabled', 'A slot is free; create a session instead.');
    case 'unknown-session':
      return answerError(context, 'UnknownSession', 'This customer has no such session.');
    case 'unknown-offer':
      return answerError(context, 'UnknownOffer', 'The publisher has no such offer, or none with that tag.');
  }
}

const DISABLED_BODIES = {
  both: { status: 'disabled', enabled: false, message: 'Session tracking disabled.' },
  status: { status: 'disabled', message: 'Session tracking disabled.' },
  enabled: { enabled: false, message: 'Session tracking disabled.' },
};

/** The endpoint has the host that the client itself used, so that it works from wherever the client is. */
function formatEndpoint(requestUrl: string, token: string): string {
  const endpoint = new URL(CONNECT_PATH, requestUrl);
  endpoint.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
  endpoint.searchParams.set('token', token);
  return endpoint.href;
}

function answerUnauthorized(context: DriscContext, message: string): Response {
  context.header('www-authenticate', 'Bearer');
  return answerError(context, 'Unauthorized', message);
}

/** What the simulator answers to defend itself; no part of the protocol. */
const DEFENCES = { TooManySessions: 429 } as const;
const STATUSES = { ...ERROR_CODES, ...DEFENCES };

function answerError(
  context: DriscContext,
  code: ErrorCode | keyof typeof DEFENCES,
  message: string,
  { status = STATUSES[code], details }: { status?: number; details?: unknown } = {},
): Response {
  return context.json({ code, message, details }, status as 400);
}
