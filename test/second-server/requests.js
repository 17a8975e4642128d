import { hasFault } from './faults.js';
import { readToken } from './tokens.js';

const MAX_BODY = 65_536;

/** An answer that is not a grant. */
export class Refusal extends Error {
  constructor(status, code, message, { headers = {}, details } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }

  get body() {
    return { code: this.code, message: this.message, ...(this.details && { details: this.details }) };
  }
}

const invalid = (message) => new Refusal(400, 'InvalidRequest', message);
const isFilled = (value) => typeof value === 'string' && value !== '';

/** An identity is a number or a non-empty string; 123 and "123" are the same. */
const identity = (value) => {
  if (typeof value === 'number') return String(value);
  return isFilled(value) ? value : undefined;
};

/** Who asks, by the `authorization` header. */
export const authorise = (header, publishers) => {
  const refusal = new Refusal(401, 'Unauthorized', 'Send a valid token as "Authorization: Bearer <JWT>".');
  const token = readToken(/^bearer +(\S+)$/i.exec(header ?? '')?.[1]);
  const claimed = token?.claims.publisherId;
  const publisher = publishers.get(hasFault('strict-publisher-id') ? claimed : identity(claimed));
  const customerId = identity(token?.claims.customerId);
  if (!publisher || customerId === undefined || !token.signedWith(publisher.secret)) throw refusal;
  return { publisher, customerId };
};

/** The request's body as text. */
export const readBody = async (request) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Refusal(413, 'InvalidRequest', `Send at most ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseObject = (text) => {
  try {
    const body = JSON.parse(text);
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  } catch {
    // Falls to the same refusal as JSON that is no object.
  }
  throw invalid('The body must be a JSON object.');
};

/** What a create asks for, or a takeover when `needsVictim`. */
export const readWish = (text, needsVictim) => {
  const body = parseObject(text);
  const { offerId, tag, sessionId, sessionName = '' } = body;
  if ((offerId === undefined) === (tag === undefined)) throw invalid('Give either offerId or tag.');
  if (!isFilled(offerId ?? tag)) throw invalid('offerId and tag must be non-empty strings.');
  if (needsVictim && !isFilled(sessionId)) throw invalid('sessionId must be a non-empty string.');
  if (typeof sessionName !== 'string') throw invalid('sessionName must be a string.');
  const length = hasFault('name-length-in-bytes')
    ? Buffer.byteLength(sessionName)
    : Array.from(sessionName).length;
  if (length > 100) throw invalid('sessionName must have at most 100 characters.');
  return {
    offerId,
    tag,
    sessionId,
    sessionName: hasFault('trimmed-names') ? sessionName.trim() : sessionName,
  };
};

const offerOf = (publisher, { offerId, tag }, isTakeover) => {
  if (hasFault('takeover-ignores-tag') && isTakeover && tag) return { id: tag, tags: [], limit: 2 };
  const offer = publisher.offers.find((each) =>
    tag === undefined ? each.id === offerId : each.tags.includes(tag),
  );
  if (!offer) throw new Refusal(404, 'UnknownOffer', `There is no offer ${offerId ?? `tagged ${tag}`}.`);
  return offer;
};

const limitExceeded = (publisher, pool) =>
  new Refusal(403, 'LimitExceeded', `The limit of ${pool.offer.limit} for this offer is reached.`, {
    details: { takeOverEnabled: publisher.takeover, activeSessions: listOf(pool) },
  });

const listOf = (pool) => {
  if (hasFault('stale-list') && pool.list?.length === pool.sessions.size) return pool.list;
  pool.list = [...pool.sessions].map(({ id, name }) => ({ sessionId: id, name }));
  if (hasFault('newest-first')) pool.list.reverse();
  return pool.list;
};

/**
 * Grants or refuses a create, or a takeover when `isTakeover`.
 *
 * @returns a promise of the new session, or of undefined when the publisher has DRISC switched off.
 */
export const grant = async (book, { publisher, customerId }, wish, isTakeover) => {
  const offer = offerOf(publisher, wish, isTakeover);
  if (!publisher.enabled) return undefined;
  if (isTakeover && !publisher.takeover)
    throw new Refusal(403, 'TakeoverDisabled', 'Takeover is switched off.');
  const pool = book.pool(publisher.id, customerId, offer);
  const victim = isTakeover ? book.findFor(pool, wish.sessionId) : undefined;
  if (isTakeover && !victim) throw new Refusal(404, 'UnknownSession', 'There is no such session.');
  if (victim?.pool !== pool && book.isFull(pool)) {
    book.challenge(pool);
    throw limitExceeded(publisher, pool);
  }
  if (hasFault('check-then-act')) await new Promise((resolve) => setTimeout(resolve, 5));
  const session = victim ? book.takeOver(victim, pool, wish.sessionName) : book.open(pool, wish.sessionName);
  book.challenge(pool, session);
  return session;
};
