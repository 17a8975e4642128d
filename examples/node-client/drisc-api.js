import { fromCallback } from 'xstate';

/**
 * What the user wants to watch, and where. Exactly one of `offerId` and `tag` is there.
 * @typedef {{ baseUrl: string, token: string, offerId?: string, tag?: string, sessionName?: string }} PlayRequest
 */
/** @typedef {{ sessionId: string, name: string }} ActiveSession */
/**
 * @typedef {{ type: 'GRANTED', endpoint: string }
 *   | { type: 'DISABLED' }
 *   | { type: 'LIMIT', takeover: boolean, sessions: ActiveSession[] }
 *   | { type: 'REFUSED', message: string }} Answer
 */

/** Milliseconds to wait for an answer to an HTTP request. */
const ANSWER_TIMEOUT = 15_000;
const LONGEST_NAME = 100;

/**
 * Asks once for a session, by takeover where a victim is given, and reports the {@link Answer} to its parent.
 * Nothing is repeated (5.8), and stopping the actor aborts the request.
 */
export const sessionRequest = fromCallback(
  /** @param {{ sendBack: (answer: Answer) => void, input: { request: PlayRequest, victim: string | null } }} actor */
  ({ sendBack, input }) => {
    const abort = new AbortController();
    void requestSession(input.request, input.victim, abort.signal).then(sendBack);
    return () => abort.abort();
  },
);

/**
 * @param {PlayRequest} request
 * @param {string | null} victim
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
const requestSession = async (request, victim, signal) => {
  const path = victim === null ? 'sessions' : 'takeover';
  try {
    const response = await fetch(`${request.baseUrl.replace(/\/+$/, '')}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${request.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(renderBody(request, victim)),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT)]),
    });
    return classifyAnswer(response.status, await response.text());
  } catch (error) {
    return { type: 'REFUSED', message: `No answer from the server: ${String(error)}` };
  }
};

/** The same name and offer go with a takeover as with the create that was refused (5.39). */
const renderBody = (
  /** @type {PlayRequest} */ { offerId, tag, sessionName },
  /** @type {string | null} */ victim,
) => ({
  ...(victim !== null && { sessionId: victim }),
  ...(sessionName !== undefined && { sessionName: shorten(sessionName) }),
  ...(offerId === undefined ? { tag } : { offerId }),
});

/** Short enough in code points and in UTF-16 code units (AMB-11), and no character is cut in two. */
const shorten = (/** @type {string} */ name) => {
  let short = '';
  for (const character of name) {
    if (short.length + character.length > LONGEST_NAME) break;
    short += character;
  }
  return short;
};

/**
 * Tells the answers apart (5.4 to 5.6, 5.36, 5.37): only a status of 200 grants or disables, only another one
 * is a limit, and everything else is refused.
 * @param {number} status
 * @param {string} text
 * @returns {Answer}
 */
const classifyAnswer = (status, text) => {
  const body = parseObject(text);
  if (status === 200) {
    if (body.status === 'disabled' || body.enabled === false) return { type: 'DISABLED' };
    if (isEndpoint(body.endpoint)) return { type: 'GRANTED', endpoint: body.endpoint };
    return { type: 'REFUSED', message: 'Expected an absolute ws: or wss: endpoint; the answer has none.' };
  }
  const details = toObject(body.details);
  if (body.code === 'LimitExceeded' || Array.isArray(details.activeSessions)) {
    return {
      type: 'LIMIT',
      takeover: details.takeOverEnabled === true,
      sessions: parseSessions(details.activeSessions),
    };
  }
  const reason = typeof body.message === 'string' ? body.message : 'no reason given';
  return { type: 'REFUSED', message: `The server answered ${status}: ${reason}` };
};

const isEndpoint = (/** @type {unknown} */ value) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hash } = new URL(value);
  return (protocol === 'wss:' || protocol === 'ws:') && hash === '';
};

/** @returns {ActiveSession[]} */
const parseSessions = (/** @type {unknown} */ list) =>
  (Array.isArray(list) ? list : [])
    .map(toObject)
    .filter(({ sessionId }) => typeof sessionId === 'string')
    .map(({ sessionId, name }) => ({ sessionId, name: typeof name === 'string' ? name : '' }));

const parseObject = (/** @type {string} */ text) => {
  try {
    return toObject(JSON.parse(text));
  } catch {
    return {};
  }
};

/** @returns {Record<string, any>} */
const toObject = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
