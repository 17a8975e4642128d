/** @typedef {import('./drisc-api.js').PlayRequest} PlayRequest */
/** @typedef {{ endpoint: string, request: PlayRequest }} StoredSession */
/** @typedef {ReturnType<typeof createStorage>} Storage */

/** Keeps the endpoint of one session, with the request it was granted for, as a page's `localStorage` would. */
export const createStorage = () => {
  /** @type {StoredSession | undefined} */
  let stored;
  return {
    load: () => stored,
    save: (/** @type {StoredSession} */ session) => {
      stored = session;
    },
    /** Forgets the session of this endpoint and leaves another one alone. */
    forget: (/** @type {string} */ endpoint) => {
      if (stored?.endpoint === endpoint) stored = undefined;
    },
    clear: () => {
      stored = undefined;
    },
  };
};

/** Tells whether a stored session may serve a request: same server, customer, offer and tag (5.48). */
export const isFor = (
  /** @type {StoredSession | undefined} */ stored,
  /** @type {PlayRequest} */ { baseUrl, token, offerId, tag },
) =>
  stored !== undefined &&
  stored.request.baseUrl === baseUrl &&
  stored.request.offerId === offerId &&
  stored.request.tag === tag &&
  customerOf(stored.request.token) === customerOf(token);

/** A renewed JWT is the same customer's; one that cannot be read stands for itself only. */
const customerOf = (/** @type {string} */ token) => {
  try {
    const { publisherId, customerId } = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    return publisherId === undefined || customerId === undefined
      ? token
      : JSON.stringify([String(publisherId), String(customerId)]);
  } catch {
    return token;
  }
};
