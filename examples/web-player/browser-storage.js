/** @typedef {import('../node-client/stored-session.js').StoredSession} StoredSession */

const KEY = 'drisc-session';

/**
 * Keeps the endpoint in `localStorage`, so that a reload goes on with the session. Where the browser keeps nothing (a
 * private window, a full disk) a reload asks for a new one.
 * @type {import('../node-client/stored-session.js').Storage}
 */
export const storage = {
  load() {
    try {
      return /** @type {StoredSession} */ (JSON.parse(localStorage.getItem(KEY) ?? 'null')) ?? undefined;
    } catch {
      return undefined;
    }
  },
  save(session) {
    try {
      localStorage.setItem(KEY, JSON.stringify(session));
    } catch {
      // It goes without.
    }
  },
  forget(endpoint) {
    if (storage.load()?.endpoint === endpoint) localStorage.removeItem(KEY);
  },
};
