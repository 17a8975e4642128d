import { z } from 'zod';

/** Where a session is to count: at an offer, or at the first offer that bears a tag; never both [D]. */
export type OfferChoice = { offerId: string; tag?: undefined } | { tag: string; offerId?: undefined };

/** How a host measures a session's name; see the settings `maxNameLength`, `nameLengthUnit`, `requireSessionName`. */
export interface NamePolicy {
  maxNameLength: number;
  nameLengthUnit: 'code-points' | 'utf-16';
  requireSessionName: boolean;
}

const createSchema = z.looseObject({
  sessionName: z.string().optional(),
  offerId: z.string().min(1).optional(),
  tag: z.string().min(1).optional(),
});

const takeoverSchema = createSchema.extend({ sessionId: z.string().min(1) });

export interface CreateRequest {
  sessionName: string;
  choice: OfferChoice;
}

export interface TakeoverRequest extends CreateRequest {
  sessionId: string;
}

/** A request body as the protocol sees it, or one sentence that says what is wrong with it. */
export type ParsedBody<Body> = { ok: true; body: Body } | { ok: false; problem: string };

/** Reads the body of `POST /sessions` from its text, whatever its content type said [C]. */
export function parseCreateBody(text: string, policy: NamePolicy): ParsedBody<CreateRequest> {
  const read = readJson(text, createSchema);
  return read.ok ? checkCreate(read.body, policy) : read;
}

/** Reads the body of `POST /takeover` from its text, whatever its content type said [C]. */
export function parseTakeoverBody(text: string, policy: NamePolicy): ParsedBody<TakeoverRequest> {
  const read = readJson(text, takeoverSchema);
  if (!read.ok) return read;
  const created = checkCreate(read.body, policy);
  return created.ok ? { ok: true, body: { ...created.body, sessionId: read.body.sessionId } } : created;
}

function readJson<Body>(text: string, schema: z.ZodType<Body>): ParsedBody<Body> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'The body is not JSON.' };
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, body: parsed.data }
    : { ok: false, problem: describeIssue(parsed.error) };
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.join('.');
  return `${path ? `"${path}"` : 'The body'}: ${issue?.message ?? 'is not valid'}.`;
}

function checkCreate(body: z.infer<typeof createSchema>, policy: NamePolicy): ParsedBody<CreateRequest> {
  const { offerId, tag, sessionName = '' } = body;
  if (offerId !== undefined && tag !== undefined) {
    return { ok: false, problem: '"offerId" and "tag" exclude each other; send one of them.' };
  }
  if (policy.requireSessionName && sessionName === '') {
    return { ok: false, problem: '"sessionName" is missing or empty.' };
  }
  const length = measureName(sessionName, policy.nameLengthUnit);
  if (length > policy.maxNameLength) {
    return {
      ok: false,
      problem: `"sessionName" has ${length} characters; ${policy.maxNameLength} are allowed.`,
    };
  }
  if (offerId !== undefined) return { ok: true, body: { sessionName, choice: { offerId } } };
  if (tag !== undefined) return { ok: true, body: { sessionName, choice: { tag } } };
  return { ok: false, problem: 'Neither "offerId" nor "tag" is given; send one of them.' };
}

/** The length of a session's name in the unit that a server counts in (AMB-11). */
export function measureName(name: string, unit: NamePolicy['nameLengthUnit']): number {
  return unit === 'utf-16' ? name.length : Array.from(name).length;
}

/** The codes of error answers and their statuses (PROTOCOL.md 3.40). */
export const ERROR_CODES = {
  Unauthorized: 401,
  InvalidRequest: 400,
  UnknownOffer: 404,
  UnknownSession: 404,
  TakeoverDisabled: 403,
  LimitExceeded: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A session as the limit's answer lists it, and as a client shows it [C]. */
export const activeSessionSchema = z.looseObject({ sessionId: z.string(), name: z.string() });
export type ActiveSession = z.infer<typeof activeSessionSchema>;

/** "Session Connection Details": 200, with the WebSocket endpoint to use verbatim [D]. */
export const grantedBodySchema = z.looseObject({ endpoint: z.string() });

/** DRISC is off: either of the two shapes that the sources show (AMB-1), or both at once. */
export const disabledBodySchema = z.union([
  z.looseObject({ status: z.literal('disabled') }),
  z.looseObject({ enabled: z.literal(false) }),
]);

/** LimitExceeded: what a client needs to offer a takeover [C]. */
export const limitBodySchema = z.looseObject({
  details: z.looseObject({
    takeOverEnabled: z.boolean(),
    activeSessions: z.array(activeSessionSchema),
  }),
});

/** Any other error answer [A]. */
export const errorBodySchema = z.looseObject({ code: z.string(), message: z.string() });
