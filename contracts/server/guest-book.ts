import type { Wire } from './wire.ts';

/**
 * Which sessions a server has granted to a case, and which of them may still be there: a guest ends what it began. It
 * is told of every request, connection and frame, so that no check can forget a session.
 */
export class GuestBook {
  /** Endpoints that were granted, with the connection that asked last to be their session's own. */
  readonly #stays = new Map<string, Wire | undefined>();
  /** Endpoints whose session is over by the server's word alone. */
  readonly #saidToBeOver = new Set<string>();
  /** The connection on which the end of a session was said. */
  readonly #finishedOn = new Map<string, Wire>();
  readonly #endpoints = new Map<Wire, string>();
  readonly #requests = new Set<Promise<unknown>>();

  /** Every connection that was opened. */
  get wires(): Iterable<Wire> {
    return this.#endpoints.keys();
  }

  /**
   * The endpoints whose session may still be there, with a connection to it where one was made.
   * @param isTrusted whether the server's word counts that a session is over.
   */
  stays(isTrusted: boolean): [endpoint: string, wire: Wire | undefined][] {
    const doubted = isTrusted ? [] : [...this.#saidToBeOver];
    return [...this.#stays, ...doubted.map((endpoint): [string, undefined] => [endpoint, undefined])];
  }

  /** Resolves when every request has got its answer, or none. */
  async answered(): Promise<void> {
    while (this.#requests.size > 0) await Promise.allSettled(this.#requests);
  }

  /** Notes a request for as long as it has no answer. */
  async asks<Answer>(request: Promise<Answer>): Promise<Answer> {
    this.#requests.add(request);
    try {
      return await request;
    } finally {
      this.#requests.delete(request);
    }
  }

  isGranted(endpoint: string): void {
    this.#stays.set(endpoint, undefined);
  }

  connects(wire: Wire, endpoint: string): void {
    this.#endpoints.set(wire, endpoint);
  }

  /** A connection has sent an action. */
  says(wire: Wire, action: string): void {
    const endpoint = this.#endpoints.get(wire);
    if (endpoint === undefined || !this.#stays.has(endpoint)) return;
    if (action === 'REQUESTED') this.#stays.set(endpoint, wire);
    // What a connection says that is not the session's own has no effect (PROTOCOL.md 4.36).
    if (action !== 'FINISHED' || this.#stays.get(endpoint) !== wire) return;
    this.#stays.delete(endpoint);
    this.#finishedOn.set(endpoint, wire);
  }

  /** A connection has been sent an action. */
  hears(wire: Wire, action: string): void {
    const endpoint = this.#endpoints.get(wire);
    if (endpoint === undefined) return;
    if (action === 'EXPIRED' || action === 'TAKE_OVER') {
      if (this.#stays.delete(endpoint)) this.#saidToBeOver.add(endpoint);
      return;
    }
    // OK proves that a session lives which was thought to be over; but it may have crossed our FINISHED.
    const isKnown = this.#saidToBeOver.delete(endpoint) || this.#finishedOn.has(endpoint);
    if (action === 'OK' && isKnown && this.#finishedOn.get(endpoint) !== wire)
      this.#stays.set(endpoint, wire);
  }
}
