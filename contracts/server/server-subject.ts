import type { TokenSource } from '../subject/token-source.ts';
import { lendCustomers, makeUpCustomers } from './customers.ts';
import type { Customers } from './customers.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';

/** A server under test, as its owner declares it. */
export interface ServerSubject {
  /** The base URL, without a slash at the end. */
  readonly url: string;
  readonly publisherId: string;
  /** Signs a customer's token. */
  readonly tokenFor: (customerId: string) => Promise<string>;
  /** The publisher's secret, where it is known: lets the contract make bad tokens on purpose. */
  readonly secret?: string | undefined;
  /** One or more; a second one lets pools be told apart. */
  readonly offers: readonly [string, ...string[]];
  readonly tag?: string | undefined;
  /** Sessions allowed per customer at the first offer. */
  readonly limit: number;
  /** Milliseconds; `auto` where it is to be measured. */
  readonly pongTimeout: number | 'auto';
  readonly takeover: boolean;
  /** A publisher with DRISC switched off, and its secret. */
  readonly disabledPublisher?: { id: string; secret: string } | undefined;
  readonly customers: Customers;
  /** Waits until the next request or connection may be made. */
  readonly pace: Pace;
}

export interface ServerSubjectOptions {
  url: string;
  publisherId: string;
  tokens: TokenSource;
  offers: readonly string[];
  tag?: string | undefined;
  limit: number;
  /** Milliseconds, or `auto` to have it measured; 5,000 unless told. */
  pongTimeout?: number | 'auto' | undefined;
  takeover?: boolean | undefined;
  disabledPublisher?: { id: string; secret: string } | undefined;
  /** Begins the id of every customer that the contract makes up; the run's own, so that runs do not meet. */
  customerPrefix: string;
  /** The most requests and connections a second; no bound unless told. */
  maxRate?: number | undefined;
}

/** @throws {TypeError} when the URL is none of HTTP, there is no offer, or a number is out of range. */
export function resolveServerSubject(options: ServerSubjectOptions): ServerSubject {
  const { url, publisherId, tokens, offers, tag, limit, pongTimeout = 5_000, takeover = true } = options;
  const { maxRate = Infinity, customerPrefix } = options;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new TypeError(`url: expected http://… or https://…, got ${JSON.stringify(url)}`);
  }
  const [first, ...others] = offers;
  if (first === undefined) throw new TypeError('offers: expected the id of at least one offer');
  if (!Number.isInteger(limit) || limit < 1) {
    throw new TypeError(`limit: expected a whole number of 1 or more, got ${limit}`);
  }
  if (!(maxRate > 0)) throw new TypeError(`maxRate: expected requests a second above 0, got ${maxRate}`);
  if (pongTimeout !== 'auto' && !(pongTimeout > 0))
    throw new TypeError(`pongTimeout: expected milliseconds above 0, got ${pongTimeout}`);
  return {
    url: url.replace(/\/+$/, ''),
    publisherId,
    secret: tokens.secret,
    tokenFor: (customerId) => tokens.tokenFor(customerId),
    offers: [first, ...others],
    tag,
    limit,
    pongTimeout,
    takeover,
    disabledPublisher: options.disabledPublisher,
    customers: tokens.customerIds ? lendCustomers(tokens.customerIds) : makeUpCustomers(customerPrefix),
    pace: createPace(maxRate),
  };
}
