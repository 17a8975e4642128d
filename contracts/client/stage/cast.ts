/** Signs the customers' tokens. */
export const SECRET = 'a secret of the harness, good for one case';

/** The customer whose client is under test. */
export const CUSTOMER = { publisherId: '1000', customerId: '1001' } as const;

/** A customer who is not, for what must not be mixed up. */
export const OTHER_CUSTOMER = { publisherId: '1000', customerId: '1002' } as const;

/** The offer that the client under test asks for, by its id or by its tag. */
export const OFFER = { id: 'S100_US', tag: 'live' } as const;

/** An offer with a pool of its own. */
export const OTHER_OFFER = { id: 'S200_US', tag: 'vod' } as const;
