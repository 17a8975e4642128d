/** @typedef {import('../node-client/drisc-api.js').PlayRequest} PlayRequest */

/** What is played unless the address of the page says otherwise. An app has its own server and offer here. */
export const DEFAULTS = {
  baseUrl: 'http://127.0.0.1:4010',
  offerId: 'S100_US',
  sessionName: 'Web player',
};

/**
 * Reads from the page's address what to play: `?base=…&name=…` and either `offer` or `tag`. The token is read from the
 * fragment, `#token=…`, which browsers send to no server. An app would have it from its login.
 * @returns {PlayRequest}
 */
export const readConfig = ({ search, hash } = location) => {
  const query = new URLSearchParams(search);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const tag = query.get('tag');
  return {
    baseUrl: query.get('base') ?? DEFAULTS.baseUrl,
    token,
    ...(tag ? { tag } : { offerId: query.get('offer') ?? DEFAULTS.offerId }),
    sessionName: query.get('name') ?? DEFAULTS.sessionName,
  };
};
