import { parseCreateBody } from '../../protocol/http-bodies.ts';
import { verifyCustomerToken } from '../../protocol/tokens.ts';
import { SimulatorError } from '../simulator-error.ts';
import { readBearer } from './bearer.ts';
import type { DriscContext, HttpParts, Middleware, RefusedCue } from './http-env.ts';

/** The header of a request for a session that switches a scenario on for its customer. */
export const SCENARIO_HEADER = 'x-drisc-scenario';

/** A session's name that begins so says the same: for apps in which a name is easier to change than a header. */
const NAME_PREFIX = 'drisc:';

/**
 * Switches a scenario on where a request for a session asks for one. Before any fault has a look at the request: what
 * the scenario makes go wrong strikes the very request that asked for it.
 */
export function switchOnUponCue(parts: HttpParts): Middleware {
  return async (context, next) => {
    const { scenarios } = parts;
    const name = scenarios && readCue(context);
    if (name !== undefined) context.set('refusedCue', await switchOn(parts, context, name));
    await next();
  };
}

/** Says why a scenario was not switched on. */
export const refuseCue: Middleware = async (context, next) => {
  const refused = context.get('refusedCue');
  if (!refused) return next();
  const { status, code, message } = refused;
  return context.json({ code, message }, status);
};

function readCue(context: DriscContext): string | undefined {
  if (context.req.method !== 'POST' || context.req.path !== '/sessions') return undefined;
  const { sessionName } = readObject(context.get('body'));
  const named = typeof sessionName === 'string' && sessionName.startsWith(NAME_PREFIX);
  return context.req.header(SCENARIO_HEADER) ?? (named ? sessionName.slice(NAME_PREFIX.length) : undefined);
}

/** A request that would not be granted a session in any case switches nothing on; it is answered as ever. */
async function switchOn(
  { scenarios, directory, clock, terms }: HttpParts,
  context: DriscContext,
  name: string,
): Promise<RefusedCue | undefined> {
  const token = readBearer(context.req.header('authorization')) ?? '';
  const verified = await verifyCustomerToken(token, (id) => directory.publisher(id)?.key, clock.now());
  if (!verified.ok) return undefined;
  const parsed = parseCreateBody(context.get('body') ?? '', terms.settingsFor(verified.claims));
  if (!parsed.ok) return undefined;
  const cue = { customer: verified.claims, choice: parsed.body.choice, request: context.get('request') };
  try {
    await scenarios?.switchOn(name.trim(), cue);
    return undefined;
  } catch (error) {
    if (!(error instanceof SimulatorError) || error.code === 'UnknownOffer') return undefined;
    const status = error.code === 'UnknownScenario' ? 404 : 409;
    return { status, code: error.code, message: error.message };
  }
}

function readObject(text = ''): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
