/** @typedef {import('./stored-session.js').StoredSession} StoredSession */

/**
 * Keeps the endpoint of one session in memory, with the request it was granted for, as a page's `localStorage` would.
 * @returns {import('./stored-session.js').Storage & { clear(): void }}
 */
export const createStorage = () => {
  /** @type {StoredSession | undefined} */
  let stored;
  return {
    load: () => stored,
    save: (session) => {
      stored = session;
    },
    forget: (endpoint) => {
      if (stored?.endpoint === endpoint) stored = undefined;
    },
    clear: () => {
      stored = undefined;
    },
  };
};
