import type { Wire } from './wire.ts';

/** A session that a server has granted, as far as a guest knows. */
interface Stay {
  /** The connection that asked last to be the session's own. */
  wire: Wire | undefined;
  /** The connection on which its end was said; it is proof of nothing that this was sent. */
  finishedOn: Wire | undefined;
  /** Whether it is gone: by the server's word alone, or because we have ended it. */
  over: 'no' | 'said' | 'ended';
}

/**
 * Which sessions a server has granted to a case, and which of them may still be there: a guest ends what it began. It
 * is told of every request, connection and frame, so that no check can forget a session.
 */
export class GuestBook {
  /** By endpoint. */
  readonly #stays = new Map<string, Stay>();
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
    return [...this.#stays]
      .filter(([, { over }]) => over === 'no' || (over === 'said' && !isTrusted))
      .map(([endpoint, { wire, over }]) => [endpoint, over === 'no' ? wire : undefined]);
  }

  /** Whether the session of an endpoint is known to be gone. */
  isOver(endpoint: string): boolean {
    const stay = this.#stays.get(endpoint);
    return stay !== undefined && stay.over !== 'no';
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
    this.#stays.set(endpoint, { wire: undefined, finishedOn: undefined, over: 'no' });
  }

  connects(wire: Wire, endpoint: string): void {
    this.#endpoints.set(wire, endpoint);
  }

  /** A connection has sent an action. */
  says(wire: Wire, action: string): void {
    const stay = this.#stayOf(wire);
    if (stay?.over !== 'no') return;
    if (action === 'REQUESTED') stay.wire = wire;
    // What a connection says that is not the session's own has no effect (PROTOCOL.md 4.36).
    if (action === 'FINISHED' && stay.wire === wire) stay.finishedOn = wire;
  }

  /** A connection has been sent an action. */
  hears(wire: Wire, action: string): void {
    const stay = this.#stayOf(wire);
    if (!stay) return;
    if (action === 'EXPIRED' || action === 'TAKE_OVER') {
      if (stay.over === 'no') stay.over = stay.finishedOn ? 'ended' : 'said';
    } else if (action === 'TERMINATE') {
      // Superseded: what was said on it had no effect, or will have none.
      if (stay.wire === wire) stay.wire = undefined;
      if (stay.finishedOn === wire) stay.finishedOn = undefined;
    } else if (action === 'OK' && stay.over !== 'no' && stay.finishedOn !== wire) {
      // OK proves that a session lives which was thought to be over; but it may have crossed our FINISHED.
      Object.assign(stay, { wire, finishedOn: undefined, over: 'no' });
    }
  }

  /** The server has closed a connection in due form: after FINISHED this tells that it has handled it (4.35). */
  seesClose(wire: Wire): void {
    const stay = this.#stayOf(wire);
    if (stay?.over === 'no' && stay.finishedOn === wire) stay.over = 'ended';
  }

  #stayOf(wire: Wire): Stay | undefined {
    const endpoint = this.#endpoints.get(wire);
    return endpoint === undefined ? undefined : this.#stays.get(endpoint);
  }
}
