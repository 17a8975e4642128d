import { verifyCloseFrame } from '../protocol/close-frame.ts';
import type { PoolEffect, PoolInput } from '../protocol/model/pool.ts';
import { stepPool } from '../protocol/model/pool.ts';
import type { CloseReason } from '../protocol/model/session-chart.ts';
import type { SessionTimer } from '../protocol/model/session-table.ts';
import type { CreateRequest, TakeoverRequest } from '../protocol/http-bodies.ts';
import type { ClientMessage, ParsedFrame } from '../protocol/messages.ts';
import type { Settings } from '../protocol/settings.ts';
import type { CustomerClaims } from '../protocol/tokens.ts';
import { Admissions } from './admissions.ts';
import type { AdmissionResult } from './admissions.ts';
import { createAgenda } from './agenda.ts';
import type { Agenda, AgendaItem } from './agenda.ts';
import type { Clock } from './clock.ts';
import type { CustomerTerms } from './customer-terms.ts';
import type { Directory } from './directory.ts';
import { EventStriker } from './event-striker.ts';
import type { DeployFault } from './event-striker.ts';
import type { Faults } from './faults/faults.ts';
import type { Journal, JournalSubject } from './journal.ts';
import { Line } from './line.ts';
import type { OpenConnection } from './line.ts';
import { doOrNote } from './own-fault.ts';
import { formatPoolKey, isInScope } from './store/pool-store.ts';
import type { PoolKey, PoolScope, PoolStore } from './store/pool-store.ts';
import { Switchboard } from './switchboard.ts';
import type { LineScope } from './switchboard.ts';
import type { Tamper } from './tamper.ts';
import { WorkInHand } from './work-in-hand.ts';

/** The parts a runtime is put together from. */
export interface RuntimeParts {
  readonly directory: Directory;
  readonly settings: () => Settings;
  readonly terms: CustomerTerms;
  readonly store: PoolStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Makes the id of a session or a connection. */
  readonly newId: (kind: 'session' | 'connection') => string;
  /** Takes the server down and brings it back; the runtime knows no port. */
  readonly deploy: (fault: DeployFault) => Promise<void>;
  readonly tamper: Tamper;
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
  /** Which of its session's connections the next one will be, counted from 1. */
  nextNth(sessionId: string): number;
  /** A frame came in. A bad one is noted and harms nobody. */
  received(connectionId: string, data: string | Uint8Array): Promise<void>;
  /** A connection is gone, however it went. */
  closed(connectionId: string, by: 'client' | 'network', code: number, reason: string): Promise<void>;
  /** Gives a pool an input from the control side: ping, terminate, expire. */
  dispatch(key: PoolKey, input: PoolInput): Promise<void>;
  /** Says something to a connection beyond the model, and writes it down. */
  send(connectionId: string, data: string | Uint8Array, injected?: string): void;
  /**
   * Closes a connection, or cuts it where `code` is left out, and writes it down.
   * @throws {TypeError} where no close frame bears the code or the reason; the connection then goes on.
   */
  drop(connectionId: string, code?: number, reason?: string, injected?: string): Promise<void>;
  connections(scope?: LineScope): OpenConnection[];
  timers(): AgendaItem<TimerTask>[];
  /** Calls `listener` with each timer that has run out, when its effects have been handed on. */
  onTimer(listener: (timer: FiredTimer) => void): () => void;
  /** Forgets the pools in scope: connections are closed (orderly, unless `code` is given), timers cancelled. */
  reset(scope?: PoolScope, code?: number): Promise<void>;
  /** Cuts every connection, as when a server dies; the sessions stay. */
  cutAll(injected?: string): Promise<void>;
  /** Resolves when what faults have set off has been carried out. */
  settled(): Promise<void>;
}

/** What a timer of the runtime is for: a deadline of the model, or the periodic PING of a pool. */
export type TimerTask = { key: PoolKey; input: PoolInput };

/** A timer that ran out: a session's deadline, or the periodic PING of a pool. */
export interface FiredTimer extends PoolKey {
  /** When it was due, in milliseconds since the epoch. */
  readonly at: number;
  readonly timer: SessionTimer | 'pingInterval';
  readonly sessionId: string | undefined;
}

export function createRuntime(parts: RuntimeParts): Runtime {
  return new SteppingRuntime(parts);
}

class SteppingRuntime implements Runtime {
  readonly #parts: RuntimeParts;
  readonly #agenda: Agenda<TimerTask>;
  readonly #switchboard = new Switchboard();
  readonly #inputs = new WorkInHand();
  readonly #timerListeners = new Set<(timer: FiredTimer) => void>();
  readonly #striker: EventStriker;
  readonly #admissions: Admissions;

  constructor(parts: RuntimeParts) {
    this.#parts = parts;
    this.#agenda = createAgenda(parts.clock, (item) =>
      doOrNote(parts.journal, () => this.#timerRang(item), item.task.key),
    );
    this.#striker = new EventStriker({
      ...parts,
      switchboard: this.#switchboard,
      drop: (id, injected) => this.drop(id, undefined, '', injected),
      expire: (key, session) => this.dispatch(key, { type: 'expire', session }),
    });
    this.#admissions = new Admissions({
      ...parts,
      step: (key, input, subject) => this.#step(key, input, subject),
      carryOut: (key, effect, subject) => this.#carryOut(key, effect, subject),
      onGrant: (key) => this.#schedulePeriodicPing(key),
    });
  }

  create(customer: CustomerClaims, request: CreateRequest, subject?: JournalSubject) {
    return this.#admissions.create(customer, request, subject);
  }

  takeOver(customer: CustomerClaims, request: TakeoverRequest, subject?: JournalSubject) {
    return this.#admissions.takeOver(customer, request, subject);
  }

  async opened(open: OpenConnection): Promise<void> {
    const { claims, connection, silenced } = open;
    const line = new Line(
      { ...this.#parts, onEvent: (source, event) => this.#striker.upon(source, event) },
      open,
      this.#switchboard.nextNth(claims.sessionId),
    );
    this.#switchboard.add(line, claims.sessionId);
    if (silenced !== undefined) return;
    await this.dispatch(claims, { type: 'connected', session: claims.sessionId, connection: connection.id });
    this.#striker.upon(line, 'open');
  }

  nextNth(sessionId: string): number {
    return this.#switchboard.nextNth(sessionId);
  }

  async received(connectionId: string, data: string | Uint8Array): Promise<void> {
    // A closed connection is mute, whatever was still under way.
    const line = this.#switchboard.get(connectionId);
    if (!line) return;
    const { receive } = this.#parts.tamper;
    if (receive && (await receive(connectionId, data))) return;
    await this.#inputs.add(line.receive(data, (parsed) => this.#handle(line, parsed)));
  }

  async #handle(line: Line, parsed: ParsedFrame<ClientMessage>): Promise<void> {
    const { claims } = line.open;
    if (parsed.ok) {
      const { action } = parsed.message;
      await this.dispatch(claims, { type: 'frame', session: claims.sessionId, connection: line.id, action });
      return;
    }
    const { badFrames, closeCodePolicy } = this.#parts.terms.settingsFor(claims);
    if (badFrames === 'close') await this.drop(line.id, closeCodePolicy, parsed.problem);
  }

  async closed(connectionId: string, by: 'client' | 'network', code: number, reason: string): Promise<void> {
    const line = this.#switchboard.get(connectionId);
    if (!line) this.#switchboard.remove(connectionId);
    await line?.afterArrivals(async () => {
      this.#parts.journal.write(line.journalSubject(line.deaf), {
        kind: 'close',
        by,
        code,
        reason,
        ...(line.deaf === undefined ? {} : { lost: true }),
      });
      // A server that is deaf to its client goes on as if the connection were there.
      if (line.deaf !== undefined || !this.#switchboard.remove(connectionId)) return;
      await this.#disconnected(line);
    });
  }

  async dispatch(key: PoolKey, input: PoolInput): Promise<void> {
    await this.#step(poolOf(key), input);
  }

  send(connectionId: string, data: string | Uint8Array, injected?: string): void {
    this.#switchboard.get(connectionId)?.send(data, injected);
  }

  async drop(connectionId: string, code?: number, reason = '', injected?: string): Promise<void> {
    const line = this.#switchboard.get(connectionId);
    if (!line) return;
    this.#shut(line, code, reason, injected);
    await this.#disconnected(line);
  }

  connections(scope?: LineScope): OpenConnection[] {
    return this.#switchboard.lines(scope).map(({ open }) => open);
  }

  timers(): AgendaItem<TimerTask>[] {
    return this.#agenda.list();
  }

  onTimer(listener: (timer: FiredTimer) => void): () => void {
    this.#timerListeners.add(listener);
    return () => void this.#timerListeners.delete(listener);
  }

  async reset(scope: PoolScope = {}, code = this.#parts.settings().closeCodeOrderly): Promise<void> {
    this.#agenda.cancelWhere(({ key }) => isInScope(key, scope));
    await this.#parts.store.clear(scope);
    for (const line of this.#switchboard.lines(scope)) this.#shut(line, code, 'reset');
    for (const stray of this.#switchboard.strays(scope)) stray.open.connection.close(code, 'reset');
  }

  async cutAll(injected?: string): Promise<void> {
    for (const stray of this.#switchboard.strays()) stray.open.connection.cut();
    for (const { id } of this.#switchboard.lines()) await this.drop(id, undefined, '', injected);
  }

  settled(): Promise<void> {
    return this.#striker.settled();
  }

  async #step(key: PoolKey, input: PoolInput, subject: JournalSubject = {}): Promise<readonly PoolEffect[]> {
    const policy = this.#parts.terms.policyFor(key);
    const step = this.#parts.tamper.stepPool ?? stepPool;
    const effects = await this.#parts.store.update(key, (pool) => step(pool, input, policy));
    for (const effect of effects) this.#carryOut(key, effect, subject);
    return effects;
  }

  #carryOut(key: PoolKey, effect: PoolEffect, subject: JournalSubject): void {
    const { clock, journal } = this.#parts;
    switch (effect.type) {
      case 'reply':
        return;
      case 'send':
        this.send(effect.connection, JSON.stringify(effect.message));
        return;
      case 'close':
        this.#closeBecause(effect.connection, effect.because);
        return;
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

  #closeBecause(connectionId: string, because: CloseReason): void {
    const line = this.#switchboard.get(connectionId);
    if (!line) return;
    const { closeCodeOrderly, closeCodePolicy } = this.#parts.terms.settingsFor(line.open.claims);
    const code = because === 'missed-pong' ? closeCodePolicy : closeCodeOrderly;
    const [withheld] = this.#parts.faults.strike('close', line.subject, { because });
    if (!withheld) return this.#shut(line, code, CLOSE_REASONS[because]);
    this.#switchboard.setAside(line);
    this.#parts.journal.write(line.journalSubject(withheld.fault.name), {
      kind: 'note',
      text: `a close with ${code} is withheld: ${CLOSE_REASONS[because]}`,
    });
  }

  /** Writes down and starts the end of a connection; from here on it is mute. */
  #shut(line: Line, code: number | undefined, reason: string, injected?: string): void {
    if (code !== undefined) verifyCloseFrame(code, reason);
    this.#switchboard.remove(line.id);
    if (!line.end(code, reason, injected)) this.#switchboard.setAside(line);
  }

  async #disconnected({ id, open: { claims } }: Line): Promise<void> {
    await this.dispatch(claims, { type: 'disconnected', session: claims.sessionId, connection: id });
  }

  async #timerRang({ due, task: { key, input } }: AgendaItem<TimerTask>): Promise<void> {
    try {
      await this.dispatch(key, input);
    } finally {
      if (input.type === 'ping' && (await this.#mayHoldSessions(key))) this.#schedulePeriodicPing(key);
    }
    // A ghost answers a PING within the same moment: the next timer must not overtake it.
    await this.#inputs.idle();
    const timer = input.type === 'timer' ? input.timer : 'pingInterval';
    const sessionId = input.type === 'timer' ? input.session : undefined;
    for (const listener of this.#timerListeners) listener({ ...key, at: due, timer, sessionId });
  }

  /** A pool that cannot be read at this moment may. */
  #mayHoldSessions(key: PoolKey): Promise<boolean> {
    return this.#parts.store.list(key).then(
      (held) => held.length > 0,
      () => true,
    );
  }

  #schedulePeriodicPing(key: PoolKey): void {
    const { pingInterval } = this.#parts.terms.settingsFor(key);
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
