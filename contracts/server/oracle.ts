import { emptyPool, stepPool } from '../../protocol/model/pool.ts';
import type {
  PoolEffect,
  PoolInput,
  PoolPolicy,
  PoolState,
  SessionRecord,
} from '../../protocol/model/pool.ts';
import { namePair } from '../generate/transition-tours.ts';
import type { EndReason } from '../../protocol/model/session-chart.ts';

/** When an unanswered PING runs out: between two moments, since the server's clock is not ours. Record time, ms. */
export interface Deadline {
  readonly session: string;
  earliest: number;
  latest: number;
}

/** What the contract knows of a session beside its record: who holds it, and how it has fared. */
export interface SessionHistory {
  readonly id: string;
  readonly name: string;
  readonly device: string;
  readonly pool: string;
  /** The server's own id, once a list has shown it. */
  serverId?: string | undefined;
  ended?: EndReason | undefined;
  answeredPings: number;
  /** Whether its client came back on another connection while a PING was outstanding. */
  returnedInTime: boolean;
  /** Whether it took the slot of another session. */
  tookOver: boolean;
}

/**
 * The model beside a server under test: given what the devices do, it says what a conforming server does. Pools are
 * named by customer and offer.
 */
export class Oracle {
  readonly sessions = new Map<string, SessionHistory>();
  readonly deadlines = new Map<string, Deadline>();
  /** How often each transition of the chart was taken: `from input to`. */
  readonly transitions: string[] = [];
  /** Every two that followed each other on the same record: `first > second`. */
  readonly pairs: string[] = [];
  readonly #last = new Map<string, string>();
  readonly #pools = new Map<string, PoolState>();
  readonly #policy: PoolPolicy;

  constructor(policy: PoolPolicy) {
    this.#policy = policy;
  }

  pool(name: string): PoolState {
    return this.#pools.get(name) ?? emptyPool;
  }

  record(session: string): SessionRecord | undefined {
    const history = this.sessions.get(session);
    return history && this.pool(history.pool).sessions.find(({ id }) => id === session);
  }

  /** Steps a pool; gives the effects that a conforming server would have. */
  apply(pool: string, input: PoolInput): readonly PoolEffect[] {
    const [next, effects] = stepPool(this.pool(pool), input, this.#policy);
    this.#pools.set(pool, next);
    for (const effect of effects) this.#note(effect);
    return effects;
  }

  #note(effect: PoolEffect): void {
    if (effect.type === 'ended') {
      const history = this.sessions.get(effect.session);
      if (history) history.ended = effect.reason;
      this.deadlines.delete(effect.session);
    }
    if (effect.type === 'cancelTimer' && effect.timer === 'pongTimeout')
      this.deadlines.delete(effect.session);
    if (effect.type === 'stepped') this.#noteTransition(effect);
  }

  #noteTransition({ session, from, input, to }: Extract<PoolEffect, { type: 'stepped' }>): void {
    const transition = `${from} ${input} ${to}`;
    const last = this.#last.get(session);
    this.transitions.push(transition);
    if (last !== undefined) this.pairs.push(namePair(last, transition));
    this.#last.set(session, transition);
  }

  /** Notes the deadlines that effects start, given when their cause was sent. */
  startDeadlines(effects: readonly PoolEffect[], sent: number): void {
    for (const { session, delay } of startedChallenges(effects)) {
      this.deadlines.set(session, { session, earliest: sent + delay, latest: sent + delay });
    }
  }

  /** The cause has been seen to work by now: a deadline that is still open runs from here at the latest. */
  confirmDeadlines(effects: readonly PoolEffect[], seen: number): void {
    for (const { session, delay } of startedChallenges(effects)) {
      const deadline = this.deadlines.get(session);
      if (deadline) deadline.latest = seen + delay;
    }
  }

  /** The sessions of a pool as a list at the limit must show them. */
  list(pool: string): SessionHistory[] {
    return this.pool(pool).sessions.flatMap(({ id }) => this.sessions.get(id) ?? []);
  }

  findByName(name: string): SessionHistory | undefined {
    return [...this.sessions.values()].find((session) => session.name === name);
  }
}

function startedChallenges(effects: readonly PoolEffect[]): { session: string; delay: number }[] {
  return effects.flatMap((effect) =>
    effect.type === 'startTimer' && effect.timer === 'pongTimeout' ? [effect] : [],
  );
}
