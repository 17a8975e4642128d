/** @typedef {import('./drisc-api.js').PlayRequest} PlayRequest */
/** @typedef {{ endpoint: string, request: PlayRequest }} StoredSession */
/**
 * Where the endpoint outlives a reload. `forget` forgets the session of this endpoint and leaves another one alone.
 * @typedef {{ load(): StoredSession | undefined, save(session: StoredSession): void, forget(endpoint: string): void }}
 *   Storage
 */

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
    const { publisherId, customerId } = JSON.parse(decodeBase64Url(token.split('.')[1] ?? ''));
    return publisherId === undefined || customerId === undefined
      ? token
      : JSON.stringify([String(publisherId), String(customerId)]);
  } catch {
    return token;
  }
};

const decodeBase64Url = (/** @type {string} */ text) => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
};
