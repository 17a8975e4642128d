import type { Admission, PoolEffect, PoolInput, PoolPolicy } from '../protocol/model/pool.ts';
import { stepPool, stepTakeoverAcross } from '../protocol/model/pool.ts';
import type { CloseReason } from '../protocol/model/session-chart.ts';
import type { CreateRequest, TakeoverRequest } from '../protocol/http-bodies.ts';
import { parseClientFrame } from '../protocol/messages.ts';
import type { Settings } from '../protocol/settings.ts';
import type { CustomerClaims, EndpointClaims } from '../protocol/tokens.ts';
import { createAgenda } from './agenda.ts';
import type { Agenda, AgendaItem } from './agenda.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Directory, Offer } from './directory.ts';
import type { Faults } from './faults/faults.ts';
import type { Journal, JournalSubject } from './journal.ts';
import { redact } from './redact.ts';
import { formatPoolKey, isInScope } from './store/pool-store.ts';
import type { PoolKey, PoolScope, PoolStore } from './store/pool-store.ts';

/** The parts a runtime is put together from. */
export interface RuntimeParts {
  readonly directory: Directory;
  readonly settings: () => Settings;
  readonly store: PoolStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Makes the id of a session or a connection. */
  readonly newId: (kind: 'session' | 'connection') => string;
}

/** How a create or takeover ended: the model's answer, or that there is no such offer. */
export type AdmissionResult = (Admission & { offer: Offer }) | { kind: 'unknown-offer' };

/** A connection and whose it is. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly claims: EndpointClaims;
  readonly device?: string | undefined;
}

/**
 * Turns what hosts and timers report into steps of the model, and carries out the effects. Every method resolves when
 * its effects have been handed on.
 */
export interface Runtime {
  create(
    customer: CustomerClaims,
    request: CreateRequest,
    subject?: JournalSubject,
  ): Promise<AdmissionResult>;
  takeOver(
    customer: CustomerClaims,
    request: TakeoverRequest,
    subject?: JournalSubject,
  ): Promise<AdmissionResult>;
  /** A connection with a valid endpoint token has opened. */
  opened(open: OpenConnection): Promise<void>;
  /** A frame came in. A bad one is noted and harms nobody. */
  received(connectionId: string, data: string | Uint8Array): Promise<void>;
  /** A connection is gone, however it went. */
  closed(connectionId: string, by: 'client' | 'network', code: number, reason: string): Promise<void>;
  /** Gives a pool an input from the control side: ping, terminate, expire. */
  dispatch(key: PoolKey, input: PoolInput): Promise<void>;
  /** Says something to a connection beyond the model, and writes it down. */
  send(connectionId: string, data: string | Uint8Array, injected?: string): void;
  /** Closes a connection, or cuts it where `code` is left out, and writes it down. */
  drop(connectionId: string, code?: number, reason?: string, injected?: string): Promise<void>;
  connections(scope?: PoolScope & { sessionId?: string }): OpenConnection[];
  timers(): AgendaItem<TimerTask>[];
  /** Forgets the pools in scope: connections are closed (orderly, unless `code` is given), timers cancelled. */
  reset(scope?: PoolScope, code?: number): Promise<void>;
}

/** What a timer of the runtime is for: a deadline of the model, or the periodic PING of a pool. */
export type TimerTask = { key: PoolKey; input: PoolInput };

export function createRuntime(parts: RuntimeParts): Runtime {
  return new SteppingRuntime(parts);
}

class SteppingRuntime implements Runtime {
  readonly #parts: RuntimeParts;
  readonly #agenda: Agenda<TimerTask>;
  readonly #open = new Map<string, OpenConnection>();

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#agenda = createAgenda(parts.clock, (item) => this.#timerRang(item));
  }

  async create(customer: CustomerClaims, request: CreateRequest, subject: JournalSubject = {}) {
    const offer = this.#parts.directory.findOffer(customer.publisherId, request.choice);
    if (!offer) return { kind: 'unknown-offer' } as const;
    const input: PoolInput = {
      type: 'create',
      session: this.#parts.newId('session'),
      name: request.sessionName,
    };
    return { ...(await this.#admit({ ...customer, offerId: offer.id }, input, subject)), offer };
  }

  async takeOver(customer: CustomerClaims, request: TakeoverRequest, subject: JournalSubject = {}) {
    const offer = this.#parts.directory.findOffer(customer.publisherId, request.choice);
    if (!offer) return { kind: 'unknown-offer' } as const;
    const target = { ...customer, offerId: offer.id };
    const takeover = {
      session: this.#parts.newId('session'),
      name: request.sessionName,
      victim: request.sessionId,
    };
    const elsewhere = await this.#findElsewhere(target, request.sessionId);
    const admission = elsewhere
      ? await this.#admitAcross(target, elsewhere, takeover, subject)
      : await this.#admit(target, { type: 'takeover', ...takeover }, subject);
    return { ...admission, offer };
  }

  async #admit(key: PoolKey, input: PoolInput, subject: JournalSubject): Promise<Admission> {
    return this.#afterAdmission(key, await this.#step(key, input, subject));
  }

  async #admitAcross(
    target: PoolKey,
    victims: PoolKey,
    takeover: { session: string; name: string; victim: string },
    subject: JournalSubject,
  ): Promise<Admission> {
    const policy = this.#policyFor(target);
    const { victimEffects, targetEffects } = await this.#parts.store.updatePair(
      target,
      victims,
      (to, from) => {
        const step = stepTakeoverAcross(to, from, takeover, policy);
        return [step.target, step.victims, step];
      },
    );
    for (const effect of victimEffects) this.#carryOut(victims, effect, subject);
    for (const effect of targetEffects) this.#carryOut(target, effect, subject);
    return this.#afterAdmission(target, targetEffects);
  }

  async #afterAdmission(key: PoolKey, effects: readonly PoolEffect[]): Promise<Admission> {
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    if (!admission) throw new Error('the model gave no answer');
    const creates = admission.kind === 'granted' || admission.kind === 'limit-reached';
    if (creates && this.#parts.settings().pingScope === 'customer')
      await this.#pingOtherPools(key, admission);
    if (admission.kind === 'granted') this.#schedulePeriodicPing(key);
    return admission;
  }

  async #pingOtherPools(key: PoolKey, admission: Admission): Promise<void> {
    if (admission.kind === 'limit-reached' && !this.#parts.settings().pingOnRefusedCreate) return;
    const { publisherId, customerId, offerId } = key;
    for (const held of await this.#parts.store.list({ publisherId, customerId })) {
      if (held.key.offerId !== offerId) await this.dispatch(held.key, { type: 'ping' });
    }
  }

  async #findElsewhere(target: PoolKey, session: string): Promise<PoolKey | undefined> {
    const { publisherId, customerId, offerId } = target;
    const pools = await this.#parts.store.list({ publisherId, customerId });
    return pools.find(
      ({ key, pool }) => key.offerId !== offerId && pool.sessions.some(({ id }) => id === session),
    )?.key;
  }

  async opened(open: OpenConnection): Promise<void> {
    this.#open.set(open.connection.id, open);
    const { claims, connection } = open;
    await this.dispatch(claims, { type: 'connected', session: claims.sessionId, connection: connection.id });
  }

  async received(connectionId: string, data: string | Uint8Array): Promise<void> {
    const open = this.#open.get(connectionId);
    // A closed connection is mute, whatever was still under way.
    if (!open) return;
    const parsed = parseClientFrame(data);
    const lost = this.#parts.faults.losesFrame(
      open.claims,
      'in',
      parsed.ok ? parsed.message.action : undefined,
    );
    this.#parts.journal.write(subjectOf(open, lost), {
      kind: 'frame',
      direction: 'in',
      ...showFrame(data),
      ...(parsed.ok ? { action: parsed.message.action } : { problem: parsed.problem }),
    });
    if (lost) return;
    if (parsed.ok) {
      const { action } = parsed.message;
      await this.dispatch(open.claims, {
        type: 'frame',
        session: open.claims.sessionId,
        connection: connectionId,
        action,
      });
    } else if (this.#parts.settings().badFrames === 'close') {
      await this.drop(connectionId, this.#parts.settings().closeCodePolicy, parsed.problem);
    }
  }

  async closed(connectionId: string, by: 'client' | 'network', code: number, reason: string): Promise<void> {
    const open = this.#open.get(connectionId);
    if (!open) return;
    this.#open.delete(connectionId);
    this.#parts.journal.write(subjectOf(open), { kind: 'close', by, code, reason });
    await this.#disconnected(open);
  }

  async dispatch(key: PoolKey, input: PoolInput): Promise<void> {
    await this.#step(poolOf(key), input);
  }

  send(connectionId: string, data: string | Uint8Array, injected?: string): void {
    const open = this.#open.get(connectionId);
    if (!open) return;
    const action = typeof data === 'string' ? readAction(data) : undefined;
    const lost = this.#parts.faults.losesFrame(open.claims, 'out', action);
    this.#parts.journal.write(subjectOf(open, injected ?? lost), {
      kind: 'frame',
      direction: 'out',
      ...showFrame(data),
      ...(action === undefined ? {} : { action }),
    });
    if (!lost) open.connection.send(data);
  }

  async drop(connectionId: string, code?: number, reason = '', injected?: string): Promise<void> {
    const open = this.#open.get(connectionId);
    if (!open) return;
    this.#shut(open, code, reason, injected);
    await this.#disconnected(open);
  }

  connections(scope: PoolScope & { sessionId?: string } = {}): OpenConnection[] {
    return [...this.#open.values()].filter(
      ({ claims }) =>
        isInScope(claims, scope) && (scope.sessionId === undefined || scope.sessionId === claims.sessionId),
    );
  }

  timers(): AgendaItem<TimerTask>[] {
    return this.#agenda.list();
  }

  async reset(scope: PoolScope = {}, code = this.#parts.settings().closeCodeOrderly): Promise<void> {
    this.#agenda.cancelWhere(({ key }) => isInScope(key, scope));
    await this.#parts.store.clear(scope);
    for (const open of this.connections(scope)) this.#shut(open, code, 'reset');
  }

  async #step(key: PoolKey, input: PoolInput, subject: JournalSubject = {}): Promise<readonly PoolEffect[]> {
    const policy = this.#policyFor(key);
    const effects = await this.#parts.store.update(key, (pool) => stepPool(pool, input, policy));
    for (const effect of effects) this.#carryOut(key, effect, subject);
    return effects;
  }

  #policyFor(key: PoolKey): PoolPolicy {
    const publisher = this.#parts.directory.publisher(key.publisherId);
    const offer = this.#parts.directory.findOffer(key.publisherId, { offerId: key.offerId });
    return {
      enabled: publisher?.enabled ?? false,
      takeoverEnabled: publisher?.takeover ?? false,
      limit: offer?.limit ?? 0,
      settings: this.#parts.settings(),
    };
  }

  #carryOut(key: PoolKey, effect: PoolEffect, subject: JournalSubject): void {
    const { clock, journal } = this.#parts;
    switch (effect.type) {
      case 'reply':
        return;
      case 'send':
        this.send(effect.connection, JSON.stringify(effect.message));
        return;
      case 'close': {
        const open = this.#open.get(effect.connection);
        const { closeCodeOrderly, closeCodePolicy } = this.#parts.settings();
        const code = effect.because === 'missed-pong' ? closeCodePolicy : closeCodeOrderly;
        if (open) this.#shut(open, code, CLOSE_REASONS[effect.because]);
        return;
      }
      case 'startTimer': {
        const input: PoolInput = { type: 'timer', session: effect.session, timer: effect.timer };
        this.#agenda.set(timerId(key, effect), clock.now() + effect.delay, { key, input });
        return;
      }
      case 'cancelTimer':
        this.#agenda.cancel(timerId(key, effect));
        return;
      case 'ended':
        journal.write(
          { ...subject, ...key, sessionId: effect.session },
          { kind: 'ended', reason: effect.reason },
        );
        return;
      case 'stepped': {
        const { session, from, input, to } = effect;
        journal.write({ ...subject, ...key, sessionId: session }, { kind: 'step', from, input, to });
        return;
      }
    }
  }

  /** Writes down and starts the end of a connection; from here on it is mute. */
  #shut(open: OpenConnection, code: number | undefined, reason: string, injected?: string): void {
    this.#open.delete(open.connection.id);
    this.#parts.journal.write(subjectOf(open, injected), {
      kind: 'close',
      by: code === undefined ? 'network' : 'server',
      code: code ?? 1006,
      reason,
    });
    if (code === undefined) open.connection.cut();
    else open.connection.close(code, reason);
  }

  async #disconnected({ claims, connection }: OpenConnection): Promise<void> {
    await this.dispatch(claims, {
      type: 'disconnected',
      session: claims.sessionId,
      connection: connection.id,
    });
  }

  async #timerRang({ task }: AgendaItem<TimerTask>): Promise<void> {
    await this.dispatch(task.key, task.input);
    if (task.input.type === 'ping') {
      const [held] = await this.#parts.store.list(task.key);
      if (held) this.#schedulePeriodicPing(task.key);
    }
  }

  #schedulePeriodicPing(key: PoolKey): void {
    const { pingInterval } = this.#parts.settings();
    if (pingInterval === 0) return;
    const id = `${formatPoolKey(key)} ping`;
    if (this.#agenda.has(id)) return;
    this.#agenda.set(id, this.#parts.clock.now() + pingInterval, { key, input: { type: 'ping' } });
  }
}

/** What stands in the close frame: for people, no client should depend on it. */
const CLOSE_REASONS: Record<CloseReason, string> = {
  finished: 'finished',
  'taken-over': 'taken over by another session',
  'missed-pong': 'no PONG in time',
  abandoned: 'never requested',
  expired: 'expired',
  superseded: 'the session connected again',
  terminated: 'terminated',
  'unknown-session': 'no such session',
};

function timerId(key: PoolKey, { session, timer }: { session: string; timer: string }): string {
  return `${formatPoolKey(key)} ${session} ${timer}`;
}

function poolOf({ publisherId, customerId, offerId }: PoolKey): PoolKey {
  return { publisherId, customerId, offerId };
}

function subjectOf({ claims, connection, device }: OpenConnection, injected?: string): JournalSubject {
  return {
    ...poolOf(claims),
    sessionId: claims.sessionId,
    connection: connection.id,
    ...(device === undefined ? {} : { device }),
    ...(injected === undefined ? {} : { injected }),
  };
}

function showFrame(data: string | Uint8Array): { raw: string; binary: boolean } {
  return typeof data === 'string'
    ? { raw: redact(data), binary: false }
    : { raw: Buffer.from(data).toString('base64'), binary: true };
}

function readAction(text: string): string | undefined {
  try {
    const { action } = JSON.parse(text) as { action?: unknown };
    return typeof action === 'string' ? action : undefined;
  } catch {
    return undefined;
  }
}
