import { resolveSettings } from '../../protocol/settings.ts';
import type { PoolEffect } from '../../protocol/model/pool.ts';
import { Oracle } from '../server/oracle.ts';
import type { Link } from '../trace/conversation.ts';
import type { TraceEvent } from '../trace/trace.ts';
import { hasServerId, readPoolExchanges, readPoolSession } from './recorded-pools.ts';
import type { PoolExchange, PoolSession } from './recorded-pools.ts';
import { judgeExpectation } from './expected-effect.ts';
import { judgeList } from './list-findings.ts';
import type { SeenEnd } from './list-findings.ts';
import type { PlacedDevice } from './place-device.ts';
import type { Judgement } from './recording-judge.ts';
import { isSurelyLive } from './session-life.ts';

/** What is known of the server beside the recording. */
export interface KnownPolicy {
  /** The sessions that the publisher allows a customer at an offer; what takes it is not judged where it is not known. */
  readonly limit?: number | undefined;
}

/**
 * Replays a recording through the model, pool by pool: what was granted, said and closed goes in, and what a conforming
 * server does about it must be there. Sessions that were not seen only add to a pool, and a session that may have ended
 * unseen is asked nothing of, so that what a recording lacks accuses nobody.
 */
export function replayPools(devices: readonly PlacedDevice[], policy: KnownPolicy = {}): Judgement[] {
  const isMasked = devices.some(({ device }) => device.gaps.has('tokens'));
  return isMasked ? [] : new PoolReplay(devices, policy).run();
}

/** How far the clocks of devices that were recorded by themselves may be apart, in milliseconds. */
const SKEW = 2_000;

type Happening =
  | { at: number; kind: 'answer'; given: PoolExchange }
  | { at: number; kind: 'event'; session: PoolSession; link: Link; event: TraceEvent };

class PoolReplay {
  readonly #devices: readonly PlacedDevice[];
  readonly #policy: KnownPolicy;
  readonly #exchanges: readonly PoolExchange[];
  readonly #sessions: readonly PoolSession[];
  /** The model sees only what was granted, so it never finds a pool full. */
  readonly #oracle = new Oracle({
    enabled: true,
    takeoverEnabled: true,
    limit: Number.MAX_SAFE_INTEGER,
    settings: resolveSettings({}),
  });
  readonly #admitted = new Map<string, PoolSession>();
  readonly #ends = new Map<string, SeenEnd>();
  readonly #links = new Map<string, Link>();
  readonly #ids = new Map<Link, string>();

  readonly #skew: number;

  constructor(devices: readonly PlacedDevice[], policy: KnownPolicy) {
    this.#devices = devices;
    const isOneClock = devices.length === 1 || devices.every(({ device }) => device.subject !== undefined);
    this.#skew = isOneClock ? 0 : SKEW;
    this.#policy = policy;
    this.#exchanges = readPoolExchanges(devices);
    this.#sessions = this.#exchanges.flatMap((given) => readPoolSession(given, devices) ?? []);
  }

  run(): Judgement[] {
    return this.#happenings().flatMap((happening) =>
      happening.kind === 'answer' ? this.#answer(happening.given) : this.#hear(happening),
    );
  }

  #happenings(): Happening[] {
    const answers = this.#exchanges.map((given): Happening => ({
      // What a create or takeover causes may come before its answer.
      at: given.exchange.request.at,
      kind: 'answer',
      given,
    }));
    const events = this.#sessions.flatMap((session) =>
      session.links.flatMap((link) => {
        const own = [...link.said, ...(link.close ? [link.close] : [])];
        return own.map((event): Happening => ({ at: event.at, kind: 'event', session, link, event }));
      }),
    );
    return [...answers, ...events].toSorted((one, other) => one.at - other.at);
  }

  #answer(given: PoolExchange): Judgement[] {
    const { meaning, path } = given.exchange;
    const admitted = [...this.#admitted.values()];
    if (meaning === 'limit') {
      const own = admitted.filter(({ customerId }) => customerId === given.customerId);
      return [
        ...judgeList(given, own, { ends: this.#ends, skew: this.#skew }),
        ...this.#judgeLimit(given, false),
      ];
    }
    const session = this.#sessions.find(({ exchange }) => exchange === given.exchange);
    if (!session) return [];
    const victim = path.endsWith('/takeover') ? this.#findVictim(given) : undefined;
    const limit = path.endsWith('/takeover') ? [] : this.#judgeLimit(given, true);
    const { id, name = '', pool } = session;
    const effects =
      victim?.pool === pool
        ? this.#oracle.apply(pool, { type: 'takeover', session: id, name, victim: victim.id })
        : this.#oracle.apply(pool, { type: 'create', session: id, name });
    this.#admitted.set(id, session);
    if (victim) this.#ends.set(victim.id, { at: given.exchange.response.at, by: 'taken-over' });
    return [...limit, ...this.#expect(effects, given.exchange.request.at, given.exchange.response.at)];
  }

  #findVictim({ exchange, customerId }: PoolExchange): PoolSession | undefined {
    const id = exchange.body?.['sessionId'];
    if (typeof id !== 'string') return undefined;
    return [...this.#admitted.values()].find((one) => one.customerId === customerId && hasServerId(one, id));
  }

  /** 3.18: when the pool has as many sessions as its limit or more, the server MUST refuse. */
  #judgeLimit(given: PoolExchange, isGranted: boolean): Judgement[] {
    const { limit } = this.#policy;
    const { request, response } = given.exchange;
    const live = [...this.#admitted.values()].filter(
      (one) =>
        one.pool === given.pool &&
        isSurelyLive(one, request.at - this.#skew) &&
        isSurelyLive(one, response.at + this.#skew),
    );
    if (limit === undefined || live.length < limit) return [];
    const about = { rule: 'server/limit/refuse-above-limit', placed: given.placed };
    if (!isGranted) return [{ ...about, kind: 'held' }];
    const violation = {
      message: `A session is granted although the ${limit} sessions of the limit are active.`,
      expected: `LimitExceeded, listing ${live.map(({ placed }) => placed.device.name).join(', ')}`,
      actual: `${response.status} ${response.body.slice(0, 80)}`,
      event: response,
    };
    return [{ ...about, kind: 'violated', violation }];
  }

  #hear({ session, link, event }: Extract<Happening, { kind: 'event' }>): Judgement[] {
    const connection = this.#idOf(link);
    const about = { session: session.id, connection };
    if (event.kind === 'close') {
      this.#oracle.apply(session.pool, { type: 'disconnected', ...about });
      return [];
    }
    if (event.kind !== 'said') return [];
    if (event.action === 'REQUESTED') return this.#request(session, link, event.at);
    if (event.action !== 'PONG' && event.action !== 'FINISHED') return [];
    const effects = this.#oracle.apply(session.pool, { type: 'frame', ...about, action: event.action });
    const isOver = effects.some((effect) => effect.type === 'ended');
    if (isOver) this.#ends.set(session.id, { at: event.at, by: 'finished' });
    return [];
  }

  #request(session: PoolSession, link: Link, at: number): Judgement[] {
    const answer = link.told.find(
      (told) => told.at > at && (told.action === 'OK' || told.action === 'EXPIRED'),
    );
    // Whether it had to be OK is judged by what this one connection shows.
    if (answer?.action !== 'OK') return [];
    const sure = session.links.some((old) => old !== link && isSurelyLive({ ...session, links: [old] }, at));
    const about = { session: session.id, connection: this.#idOf(link) };
    const effects = this.#oracle.apply(session.pool, { type: 'frame', ...about, action: 'REQUESTED' });
    // Some servers end the old connection as soon as the new one opens (setting terminateOn).
    return sure ? this.#expect(effects, link.at, answer.at) : [];
  }

  #expect(effects: readonly PoolEffect[], from: number, seen: number): Judgement[] {
    return effects.flatMap((effect) => {
      if (effect.type !== 'send' && effect.type !== 'close') return [];
      const link = this.#links.get(effect.connection);
      const session = this.#admitted.get(effect.session);
      const placed = link && this.#devices.find(({ trace }) => trace.events.includes(link.attempt));
      if (!link || !session || !placed) return [];
      return judgeExpectation({ effect, link, session, placed, from, seen, skew: this.#skew }) ?? [];
    });
  }

  #idOf(link: Link): string {
    const known = this.#ids.get(link);
    if (known !== undefined) return known;
    const id = `w${this.#ids.size + 1}`;
    this.#ids.set(link, id);
    this.#links.set(id, link);
    return id;
  }
}
