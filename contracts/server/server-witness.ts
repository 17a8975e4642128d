import type { PoolEffect } from '../../protocol/model/pool.ts';
import type { TranscriptEntry } from '../../reports/result.ts';
import type { ConversationState, KnownWire } from './conversation-state.ts';
import { Inconclusive } from './violation.ts';
import type { ReceivedFrame, Wire } from './wire.ts';

/** Sees to it that everything comes that a conforming server does, at the time when it must, and nothing else. */
export class ServerWitness {
  readonly #state: ConversationState;
  /** Whether the devices only let time pass: what happens then comes from a deadline. */
  #isWaiting = false;
  /** When a session's device sent its last PONG, in milliseconds of the record. */
  readonly #lastPong = new Map<string, number>();

  constructor(state: ConversationState) {
    this.#state = state;
  }

  /** Listens a little longer for what must not come. */
  async settle(): Promise<void> {
    const end = this.#state.record.now() + this.#state.habits.settle;
    while (this.#state.record.now() < end) {
      await this.#state.record.until(
        () => (this.#untakenPings().length > 0 ? true : undefined),
        end - this.#state.record.now(),
      );
      await this.answerPings();
    }
    if (!this.isPastDeadline()) this.refuseSurprises();
  }

  /** Waits for everything that the model says the server does now. */
  async expectEffects(effects: readonly PoolEffect[], sent: number, okRules: string[] = []): Promise<void> {
    this.#state.oracle.startDeadlines(effects, sent);
    for (const effect of effects) {
      const known = 'connection' in effect ? this.#state.wires.get(effect.connection) : undefined;
      if (!known) continue;
      if (effect.type === 'send') await this.#expectFrame(known, effect, sent, okRules);
      if (effect.type === 'close') await this.#expectClose(known, effect.because);
    }
    this.#state.oracle.confirmDeadlines(effects, this.#state.record.now());
  }

  async #expectFrame(
    known: KnownWire,
    { message }: Extract<PoolEffect, { type: 'send' }>,
    sent: number,
    okRules: string[],
  ): Promise<void> {
    const { wire, actor } = known;
    const decides = message.action === 'OK' || message.action === 'EXPIRED';
    // A PING may come at any time; every other frame decides what is waited for.
    const next = (): ReceivedFrame | undefined =>
      wire.frames.find(
        (frame) => !frame.taken && (message.action === 'PING' || frame.message?.action !== 'PING'),
      );
    const frame = await this.#state.record.until(
      () => next() ?? (wire.state === 'closed' ? null : undefined),
      this.#state.habits.patience,
    );
    const rules = decides ? okRules : RULES_OF_ACTION[message.action as 'PING' | 'TAKE_OVER' | 'TERMINATE'];
    if (!frame && wire.state === 'closed') {
      // A deadline that began with the PING that is waited for cannot explain that none came.
      const runsOut = this.#state.oracle.deadlines.get(known.session)?.earliest ?? Infinity;
      if (runsOut < sent + this.#state.habits.settings.pongTimeout) this.refuseIfLate(known.session, 0);
      // The close of a missed deadline (4.26) crossed our REQUESTED: after it nothing may come (4.59).
      if (message.action === 'EXPIRED' && known.mayClose) return;
    }
    if (!frame || frame.message?.action !== message.action) {
      throw this.#state.violation({
        rule: frame?.problem === undefined ? rules[0] : 'server/connection/json-text-frames',
        message: `${actor.device.name} does not get ${message.action}.`,
        expected: JSON.stringify(message),
        actual: frame ? (frame.entry.raw ?? frame.entry.label) : this.#describeSilence(wire),
        entry: frame?.entry ?? this.#closeOf(known),
      });
    }
    frame.taken = true;
    this.#state.hold(...rules, 'server/connection/json-text-frames');
    if (message.action === 'TAKE_OVER') this.#judgeTakeOverName(frame, message.sessionName);
    // Whether and when it closes is the server's affair (AMB-7).
    if (message.action === 'EXPIRED') known.mayClose = true;
    if (message.action === 'PING') this.#answerIfAble(known);
  }

  /** Where a connection was closed instead, that is what shows the fault. */
  #closeOf({ wire, actor }: KnownWire): TranscriptEntry | undefined {
    if (wire.state !== 'closed') return undefined;
    return this.#state.record.entries.findLast(
      ({ kind, device }) => kind === 'close' && device === actor.device.name,
    );
  }

  #describeSilence(wire: Wire): string {
    return wire.state === 'closed'
      ? `the connection is closed with ${wire.closeCode}`
      : `nothing in ${Math.round(this.#state.habits.patience)} ms`;
  }

  #judgeTakeOverName(frame: ReceivedFrame, expected: string): void {
    if (frame.message?.sessionName !== expected) {
      throw this.#state.violation({
        rule: 'server/takeover/new-name',
        message: 'TAKE_OVER does not bear the name of the new session.',
        expected: JSON.stringify({ action: 'TAKE_OVER', sessionName: expected }),
        actual: frame.entry.raw ?? '',
        entry: frame.entry,
      });
    }
    this.#state.hold('server/takeover/new-name');
  }

  async #expectClose(known: KnownWire, because: string): Promise<void> {
    known.mayClose = true;
    const rule = RULES_OF_CLOSE[because];
    const closed = await this.#state.record.until(
      () => (known.wire.state === 'closed' ? true : undefined),
      this.#state.habits.patience,
    );
    if (rule === undefined) return;
    if (!closed) {
      throw this.#state.violation({
        rule,
        message: `The connection of ${known.actor.device.name} is not closed.`,
        expected: 'the server closes it',
        actual: `it is still open after ${Math.round(this.#state.habits.patience)} ms`,
      });
    }
    this.#state.hold(rule);
  }

  #answerIfAble(known: KnownWire): void {
    if (!known.actor.mute && known.wire.state === 'open' && this.#state.isAssociated(known))
      this.sendPong(known);
  }

  sendPong(known: KnownWire): void {
    const { wire, actor, session, id: connection } = known;
    this.refuseIfLate(session);
    wire.sendAction('PONG');
    this.#state.oracle.apply(actor.pool, { type: 'frame', session, connection, action: 'PONG' });
    const history = this.#state.oracle.sessions.get(session);
    if (history) history.answeredPings += 1;
    this.#lastPong.set(session, this.#state.record.now());
  }

  /**
   * Nothing tells that a PONG has arrived: before its device goes mute or away it has the time that a frame takes, since
   * it would answer a later PING as well that crosses it (PROTOCOL.md 4.23).
   */
  async letPongArrive(session: string | undefined): Promise<void> {
    const sent = session === undefined ? undefined : this.#lastPong.get(session);
    if (sent === undefined) return;
    await this.#watchUntil(sent + this.#state.settle);
    if (this.#lastPong.get(session!) !== sent) await this.letPongArrive(session);
  }

  #untakenPings(): [KnownWire, ReceivedFrame][] {
    return [...this.#state.wires.values()].flatMap((known) =>
      known.wire.frames
        .filter((frame) => !frame.taken && frame.message?.action === 'PING')
        .map((frame): [KnownWire, ReceivedFrame] => [known, frame]),
    );
  }

  /** A PING may come at any time (PROTOCOL.md 4.20): each one starts or goes on with a challenge. */
  async answerPings(): Promise<void> {
    for (const [known, frame] of this.#untakenPings()) {
      frame.taken = true;
      const { session, actor } = known;
      const effects = this.#state.oracle.apply(actor.pool, { type: 'ping', session });
      this.#state.oracle.startDeadlines(effects, frame.at - 2 * this.#state.habits.tempo.answer);
      this.#state.oracle.confirmDeadlines(effects, frame.at);
      this.#answerIfAble(known);
    }
  }

  /** Whatever came that no step explains breaks a rule. */
  refuseSurprises(): void {
    for (const known of this.#state.wires.values()) {
      const { wire, actor } = known;
      const frame = wire.frames.find(({ taken }) => !taken);
      if (frame) {
        throw this.#state.violation({
          rule: this.#blameFrame(frame),
          message: `${actor.device.name} is sent what nothing asked for.`,
          expected: 'no frame',
          actual: frame.entry.raw ?? frame.entry.label,
          entry: frame.entry,
        });
      }
      if (wire.state === 'closed' && !known.mayClose) {
        this.refuseIfLate(known.session, 0);
        throw this.#state.violation({
          rule: this.#blameClose(known),
          message: `The connection of ${actor.device.name} is closed without cause.`,
          expected: 'it stays open',
          actual: `closed with ${wire.closeCode}`,
        });
      }
    }
    this.#state.hold('server/connection/leave-others-alone', 'server/connection/no-ok-unasked');
  }

  #blameFrame(frame: ReceivedFrame): string {
    if (!frame.message) return 'server/connection/json-text-frames';
    return frame.message.action === 'OK'
      ? 'server/connection/no-ok-unasked'
      : 'server/connection/leave-others-alone';
  }

  #blameClose({ session }: KnownWire): string {
    if (this.#state.oracle.deadlines.has(session)) return 'server/liveness/wait-for-deadline';
    const history = this.#state.oracle.sessions.get(session);
    // What comes while everybody waits comes from a deadline; anything else from what another device did.
    if (!this.#isWaiting || !history) return 'server/connection/leave-others-alone';
    if (history.returnedInTime) return 'server/liveness/keep-returning';
    return history.answeredPings > 0
      ? 'server/liveness/keep-answering'
      : 'server/connection/leave-others-alone';
  }

  /** Whether it will soon be open whether a deadline has passed. */
  isNearDeadline(): boolean {
    const { tolerance, settings } = this.#state.habits;
    const margin = Math.max(tolerance, settings.pongTimeout * 0.2);
    return [...this.#state.oracle.deadlines.values()].some(
      ({ earliest }) => this.#state.record.now() > earliest - margin,
    );
  }

  isPastDeadline(): boolean {
    return [...this.#state.oracle.deadlines.values()].some(
      ({ earliest }) => this.#state.record.now() > earliest,
    );
  }

  /**
   * Says nothing about a server that may have taken a session for mute because we were slow.
   * @throws {Inconclusive} when the session's deadline has passed, or will in `margin` milliseconds.
   */
  refuseIfLate(session: string, margin = this.#state.habits.tolerance): void {
    const deadline = this.#state.oracle.deadlines.get(session);
    if (deadline && this.#state.record.now() > deadline.earliest - margin)
      throw new Inconclusive('a step took so long that a PONG deadline passed meanwhile');
  }

  /** All wait until every open deadline has passed. */
  async awaitDeadlines(): Promise<void> {
    const due = [...this.#state.oracle.deadlines.values()];
    if (due.length === 0) return;
    await this.#watchUntil(Math.min(...due.map(({ earliest }) => earliest)) - this.#state.habits.tolerance);
    this.refuseSurprises();
    this.#state.hold('server/liveness/wait-for-deadline');
    for (const { session } of due) this.#allowClose(session);
    await this.#watchUntil(Math.max(...due.map(({ latest }) => latest)) + this.#state.habits.tolerance);
    for (const { session } of due) {
      const history = this.#state.oracle.sessions.get(session);
      // It may have been answered meanwhile, by a device that is not mute.
      if (!history || !this.#state.oracle.deadlines.has(session)) continue;
      this.#state.oracle.apply(history.pool, { type: 'timer', session, timer: 'pongTimeout' });
    }
  }

  /** Lets a whole PONG deadline pass, whether or not one is open: who has answered must live on. */
  async wait(): Promise<void> {
    this.#isWaiting = true;
    const { pongTimeout } = this.#state.habits.settings;
    const end = this.#state.record.now() + pongTimeout + this.#state.habits.tolerance;
    await this.awaitDeadlines();
    await this.#watchUntil(end);
    this.refuseSurprises();
    this.#isWaiting = false;
  }

  /** Lets time pass and answers PINGs meanwhile. */
  async #watchUntil(moment: number): Promise<void> {
    while (this.#state.record.now() < moment) {
      const left = moment - this.#state.record.now();
      await this.#state.record.until(() => (this.#untakenPings().length > 0 ? true : undefined), left);
      await this.answerPings();
    }
  }

  #allowClose(session: string): void {
    for (const known of this.#state.wires.values()) if (known.session === session) known.mayClose = true;
  }
}

const RULES_OF_ACTION = {
  PING: ['server/liveness/ping-upon-create'],
  TAKE_OVER: ['server/takeover/tell-victim'],
  TERMINATE: ['server/reconnect/terminate-old'],
} as const;

/** Where a close is missed; after FINISHED and EXPIRED either is accepted (AMB-7). */
const RULES_OF_CLOSE: { readonly [because: string]: string | undefined } = {
  'taken-over': 'server/takeover/close-victim',
  superseded: 'server/reconnect/close-old',
  terminated: 'server/reconnect/close-old',
};
