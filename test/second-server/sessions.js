import { randomUUID } from 'node:crypto';
import { hasFault } from './faults.js';

/** One slot of one pool, and the line (connection) that speaks for it, if there is one. */
class Session {
  id = randomUUID();
  line = undefined;
  wasConnected = false;
  pendingTimer = undefined;
  deadline = undefined;

  constructor(pool, name) {
    this.pool = pool;
    this.name = name;
  }
}

/**
 * Every session of every pool. All methods run to their end in one turn of the event loop, which is what
 * keeps two creates from sharing the last slot.
 */
export class SessionBook {
  #pools = new Map();
  #sessions = new Map();
  #pongTimeout;
  #pendingTimeout;

  /** Times are in milliseconds. */
  constructor({ pongTimeout, pendingTimeout }) {
    this.#pongTimeout = pongTimeout;
    this.#pendingTimeout = pendingTimeout;
  }

  /** The pool of one customer for one offer; it comes into being when it is first asked for. */
  pool(publisherId, customerId, offer) {
    const key = JSON.stringify([publisherId, customerId, offer.id]);
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = {
      owner: JSON.stringify([publisherId, customerId]),
      offer,
      sessions: new Set(),
      returnedTwice: 0,
    };
    this.#pools.set(key, pool);
    return pool;
  }

  isFull(pool) {
    const returned = hasFault('freed-twice') ? pool.returnedTwice : 0;
    return pool.sessions.size - returned >= pool.offer.limit;
  }

  /** The live session with this id, if it belongs to the pool's customer. */
  findFor(pool, id) {
    const session = this.#sessions.get(id);
    if (hasFault('victim-of-pool-only') && session?.pool !== pool) return undefined;
    if (hasFault('lost-victim-unknown') && !session?.line) return undefined;
    return session?.pool.owner === pool.owner ? session : undefined;
  }

  open(pool, name) {
    const session = new Session(pool, name);
    session.pendingTimer = setTimeout(() => this.#remove(session), this.#pendingTimeout);
    this.#sessions.set(session.id, session);
    pool.sessions.add(session);
    return session;
  }

  takeOver(victim, pool, name) {
    const line = victim.line;
    this.#remove(victim);
    line?.end(1000, { action: 'TAKE_OVER', sessionName: name });
    return this.open(pool, name);
  }

  /** Challenges whoever of the pool was connected once; a lost session gets the deadline without the PING. */
  challenge(pool, except) {
    const reached = hasFault('pings-everybody') ? this.#sessions.values() : pool.sessions;
    for (const session of reached) {
      const isDue = session.wasConnected || hasFault('pending-is-challenged');
      if (session === except || !isDue) continue;
      if (hasFault('ping-moves-deadline')) this.#calm(session);
      if (hasFault('lost-is-buried') && !session.line) this.#remove(session);
      session.line?.send({ action: 'PING' });
      session.deadline ??= setTimeout(() => this.#missed(session), this.#pongTimeout);
    }
  }

  /** REQUESTED on `line`. */
  associate(line) {
    const session = this.#sessions.get(line.sessionId);
    if (!session) return line.end(1000, { action: 'EXPIRED' });
    if (session.line !== line) {
      if (hasFault('newcomer-is-terminated') && session.line) return line.end(1000, { action: 'TERMINATE' });
      session.line?.end(1000, { action: 'TERMINATE' });
      session.line = line;
      session.wasConnected = true;
      clearTimeout(session.pendingTimer);
      if (!hasFault('deadline-survives-return')) this.#calm(session);
    } else if (hasFault('requested-is-pong')) this.#calm(session);
    line.send({ action: 'OK' });
  }

  /** PONG on `line`. */
  answer(line) {
    const session = this.#spokenForBy(line, 'pong-from-anywhere');
    if (!session) return;
    if (hasFault('pong-calms-pool')) for (const each of session.pool.sessions) this.#calm(each);
    if (hasFault('challenged-once')) clearTimeout(session.deadline);
    else this.#calm(session);
  }

  /** FINISHED on `line`. */
  finish(line) {
    const session = this.#spokenForBy(line, 'finished-from-anywhere');
    if (!session) return;
    session.isFinished = hasFault('freed-at-close');
    if (!session.isFinished) this.#remove(session);
    session.pool.returnedTwice += 1;
    line.end(1000);
  }

  /** `line` has closed. A superseded line is not the session's any more and changes nothing. */
  lose(line) {
    const session = this.#spokenForBy(line, 'stale-close-loses');
    if (!session) return;
    session.line = undefined;
    if (hasFault('loss-ends-challenge')) this.#calm(session);
    if (session.isFinished) this.#remove(session);
  }

  /** The session that `line` is associated with, or with this fault, the one that its token names. */
  #spokenForBy(line, overlooked) {
    const session = this.#sessions.get(line.sessionId);
    return session?.line === line || hasFault(overlooked) ? session : undefined;
  }

  #missed(session) {
    const line = session.line;
    this.#remove(session);
    line?.end(1008);
  }

  #calm(session) {
    clearTimeout(session.deadline);
    session.deadline = undefined;
  }

  #remove(session) {
    clearTimeout(session.pendingTimer);
    this.#calm(session);
    if (hasFault('removal-says-expired')) session.line?.send({ action: 'EXPIRED' });
    session.line = undefined;
    session.pool.sessions.delete(session);
    this.#sessions.delete(session.id);
  }
}
