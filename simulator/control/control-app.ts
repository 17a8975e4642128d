import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import { readBearer } from '../host/bearer.ts';
import { readBody } from '../host/read-body.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { SimulatorErrorCode } from '../simulator-error.ts';
import { createInspectorPage } from './inspector-page.ts';
import { describeControlApi } from './openapi.ts';
import type { OperationOn } from './operation.ts';

/** Where the control API lives. */
export const CONTROL_PATH = '/_drisc';

export interface ControlParts<Seen> {
  /** What the operations look at and steer. */
  readonly seen: Seen;
  readonly operations: readonly OperationOn<Seen>[];
  /** What the page is of; a simulator unless told. */
  readonly of?: 'simulator' | 'proxy' | undefined;
  readonly token: string;
  readonly openToLoopback: boolean;
}

type ControlContext = Context<{ Bindings: { remoteAddress?: string | undefined } }>;

/** The control API as a fetch handler, made from the table of operations. */
export function createControlApp<Seen>(
  parts: ControlParts<Seen>,
): Hono<{ Bindings: { remoteAddress?: string | undefined } }> {
  const app = new Hono<{ Bindings: { remoteAddress?: string | undefined } }>().basePath(CONTROL_PATH);
  const showInspector = createInspectorPage(parts.of);
  for (const route of ['', '/']) {
    app.get(route, async (context) =>
      context.req.path === CONTROL_PATH ? context.redirect(`${CONTROL_PATH}/`) : showInspector(),
    );
  }
  app.get('/openapi.json', (context) => context.json(describeControlApi(parts.operations)));
  for (const operation of parts.operations) {
    const route = operation.route.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method.toUpperCase(), route, (context) => handle(parts, operation, context));
  }
  app.notFound((context) =>
    context.json(
      {
        code: 'NotFound',
        message: `The control API has nothing at ${context.req.path}; see ${CONTROL_PATH}/openapi.json.`,
      },
      404,
    ),
  );
  app.onError((error, context) => answerError(context, error));
  return app;
}

async function handle<Seen>(
  parts: ControlParts<Seen>,
  operation: OperationOn<Seen>,
  context: ControlContext,
): Promise<Response> {
  if (!operation.open && !isAllowed(parts, context)) {
    context.header('www-authenticate', 'Bearer');
    const message =
      'Send the control token, which the simulator printed at its start, as "Authorization: Bearer <token>".';
    return context.json({ code: 'Unauthorized', message }, 401);
  }
  const { access_token: _, ...query } = context.req.query();
  const answer = await operation.run({
    simulator: parts.seen,
    path: check('path', operation.path, context.req.param()),
    query: check('query', operation.query, query),
    body: check('body', operation.body, await readJson(context.req.raw)),
    header: (name) => context.req.header(name),
    signal: context.req.raw.signal,
  });
  return answer instanceof Response ? answer : context.json(answer as object);
}

/**
 * A page of another origin could reach a loopback address too, under a name of its own even (DNS rebinding): without a
 * token a browser may only be at this very server, called by a loopback address.
 */
function isAllowed(
  { token, openToLoopback }: Pick<ControlParts<never>, 'token' | 'openToLoopback'>,
  context: ControlContext,
): boolean {
  const given = readBearer(context.req.header('authorization')) ?? context.req.query('access_token');
  if (given !== undefined) return given === token;
  const local = /^(127\.|::1$|::ffff:127\.)/.test(context.env.remoteAddress ?? '');
  const { origin, hostname } = new URL(context.req.url);
  const asked = context.req.header('origin') ?? origin;
  return openToLoopback && local && LOOPBACK_NAMES.has(hostname) && asked === origin;
}

const LOOPBACK_NAMES = new Set(['127.0.0.1', '[::1]', 'localhost']);

const MOST_BYTES = 4 * 1024 * 1024;

async function readJson(request: Request): Promise<unknown> {
  const { text } = await readBody(request, MOST_BYTES);
  if (text === undefined) throw new TypeError(`the body has more than ${MOST_BYTES} bytes`);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TypeError('the body is not JSON', { cause });
  }
}

function check(where: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(`${where}: ${z.prettifyError(parsed.error)}`);
}

/** The statuses of the errors that an operation can end with. */
const STATUSES: Partial<Record<SimulatorErrorCode, 404 | 408 | 409>> = {
  UnknownSession: 404,
  UnknownConnection: 404,
  UnknownGhost: 404,
  UnknownPublisher: 404,
  UnknownOffer: 404,
  UnknownFault: 404,
  UnknownEntry: 404,
  UnknownScenario: 404,
  NothingCame: 408,
  ClockIsReal: 409,
  NotGranted: 409,
  NotForSwitching: 409,
};

function answerError(context: ControlContext, error: Error): Response {
  if (error instanceof TypeError)
    return context.json({ code: 'InvalidRequest', message: error.message }, 400);
  const status = error instanceof SimulatorError ? STATUSES[error.code] : undefined;
  if (status === undefined) return context.json({ code: 'InternalError', message: error.message }, 500);
  return context.json({ code: (error as SimulatorError).code, message: error.message }, status);
}
