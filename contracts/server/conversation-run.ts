import type { OfferChoice } from '../../protocol/http-bodies.ts';
import type { Admission, PoolEffect } from '../../protocol/model/pool.ts';
import type { TranscriptEntry } from '../../reports/result.ts';
import { OTHER_CUSTOMER, OTHER_OFFER } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import { describeSilence, Device, isSilence } from './device.ts';
import {
  rulesForExpired,
  rulesForGrant,
  rulesForOk,
  rulesForRefusal,
  RULE_OF_END,
} from './expected-rules.ts';
import type { Habits } from './habits.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer, ReadAnswer } from './http-answer.ts';
import { Oracle } from './oracle.ts';
import { createRecord } from './record.ts';
import type { Record } from './record.ts';
import type { ServerSubject } from './server-subject.ts';
import { Inconclusive, Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import type { ReceivedFrame, Wire } from './wire.ts';

/** How a conversation went. */
export interface ConversationOutcome {
  /** How often each rule was put to the test and held. */
  readonly held: ReadonlyMap<string, number>;
  readonly finding?: Finding | undefined;
  readonly inconclusive?: string | undefined;
  readonly transcript: readonly TranscriptEntry[];
  readonly transitions: readonly string[];
  readonly pairs: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
}

/** What a device is to the conversation, beside what it does on the wire. */
interface Actor {
  readonly device: Device;
  readonly pool: string;
  /** The session that its endpoint is for. */
  session: string | undefined;
  mute: boolean;
}

/** A connection and what the model calls it. */
interface KnownWire {
  readonly wire: Wire;
  readonly actor: Actor;
  readonly id: string;
  readonly session: string;
  /** Whether its closing was asked for, by us or by the model. */
  mayClose: boolean;
}

/**
 * Has several devices hold a conversation with a server, step by step, with the model beside it: after each step
 * everything that a conforming server does must have come, and nothing else.
 */
export async function runConversation(
  subject: ServerSubject,
  habits: Habits,
  steps: readonly Step[],
  signal?: AbortSignal,
): Promise<ConversationOutcome> {
  const customerIds = await borrowCustomers(subject, steps);
  const run = new ConversationRun(subject, habits, customerIds, signal);
  try {
    for (const step of steps) await run.take(step);
    await run.settle();
    return run.outcome();
  } catch (error) {
    if (error instanceof Violation) return { ...run.outcome(), finding: error.finding };
    if (error instanceof Inconclusive) return { ...run.outcome(), inconclusive: error.message };
    if (isSilence(error)) return { ...run.outcome(), finding: describeSilence(error) };
    throw error;
  } finally {
    await run.leave();
    for (const customerId of customerIds) subject.customers.giveBack(customerId);
  }
}

/** The customer of the conversation and, where it has one, the neighbour. */
async function borrowCustomers({ customers }: ServerSubject, steps: readonly Step[]): Promise<string[]> {
  const hasNeighbour = steps.some((step) => step.do !== 'wait' && step.device === OTHER_CUSTOMER);
  const first = await customers.take();
  return hasNeighbour && customers.count > 1 ? [first, await customers.take(first)] : [first];
}

class ConversationRun {
  readonly #subject: ServerSubject;
  readonly #habits: Habits;
  /** The second one is the neighbour; without it the neighbour takes no part. */
  readonly #customerIds: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #record: Record = createRecord();
  readonly #oracle: Oracle;
  readonly #actors = new Map<string, Actor>();
  readonly #wires = new Map<string, KnownWire>();
  readonly #held = new Map<string, number>();
  #creates = 0;
  #broken = false;
  readonly #wake = (): void => this.#record.notify();
  #waiting = false;

  constructor(
    subject: ServerSubject,
    habits: Habits,
    customerIds: readonly string[],
    signal: AbortSignal | undefined,
  ) {
    this.#subject = subject;
    this.#habits = habits;
    this.#customerIds = customerIds;
    this.#signal = signal;
    // Whoever waits for a deadline is woken, and goes home.
    signal?.addEventListener('abort', this.#wake);
    this.#oracle = new Oracle({
      enabled: true,
      takeoverEnabled: subject.takeover,
      limit: subject.limit,
      settings: habits.settings,
    });
  }

  outcome(): ConversationOutcome {
    // A copy: what is said in leaving is no part of the conversation.
    const entries = [...this.#record.entries];
    const duration = this.#record.now();
    const { transitions, pairs } = this.#oracle;
    return { held: this.#held, transcript: entries, transitions, pairs, duration };
  }

  async take(step: Step): Promise<void> {
    this.#refuseToGoOn();
    // A neighbour needs a customer of its own.
    if (this.#customerIds.length < 2 && 'device' in step && step.device === OTHER_CUSTOMER) return;
    // No step is taken while it is open whether a deadline has passed: then all wait until it has.
    if (this.#nearDeadline()) await this.#awaitDeadlines();
    this.#waiting = step.do === 'wait';
    await this.#handle(step);
    await this.#answerPings();
    this.#refuseSurprises();
    if (this.#pastDeadline()) {
      throw new Inconclusive('a step took so long that a PONG deadline passed meanwhile');
    }
  }

  /** Listens a little longer for what must not come. */
  async settle(): Promise<void> {
    const end = this.#record.now() + this.#habits.settle;
    while (this.#record.now() < end) {
      await this.#record.until(
        () => (this.#untakenPings().length > 0 ? true : undefined),
        end - this.#record.now(),
      );
      await this.#answerPings();
    }
    if (!this.#pastDeadline()) this.#refuseSurprises();
  }

  /** Ends every session that this conversation made, as a guest does. */
  async leave(): Promise<void> {
    // After a violation the model no longer knows which sessions the server has.
    const holders = [...this.#actors.values()].filter((actor) => this.#broken || this.#isLive(actor));
    await Promise.allSettled(holders.map((actor) => this.#leaveSession(actor)));
    for (const { wire } of this.#wires.values()) wire.cut();
    this.#signal?.removeEventListener('abort', this.#wake);
  }

  async #leaveSession({ device }: Actor): Promise<void> {
    if (device.endpoint === undefined) return;
    const wire = device.wire?.state === 'open' ? device.wire : await device.open(this.#habits.patience);
    if (wire.state !== 'open') return;
    wire.sendAction('REQUESTED');
    wire.sendAction('FINISHED');
    await this.#record.until(() => (wire.state === 'closed' ? true : undefined), this.#habits.settle);
    wire.cut();
  }

  #handle(step: Step): Promise<void> | void {
    switch (step.do) {
      case 'create':
        return this.#create(this.#actor(step.device));
      case 'takeover':
        return this.#takeOver(this.#actor(step.device), this.#actor(step.victim));
      case 'connect':
        return this.#connect(this.#actor(step.device));
      case 'open':
        return this.#open(this.#actor(step.device)).then(() => {});
      case 'request':
        return this.#request(this.#actor(step.device));
      case 'mute':
        this.#actor(step.device).mute = true;
        return;
      case 'speak':
        return this.#speak(this.#actor(step.device));
      case 'finish':
        return this.#finish(this.#actor(step.device));
      case 'cut':
        return this.#cut(this.#actor(step.device));
      case 'wait':
        // How long a record lives that was never requested is not known: let none grow old.
        return this.#hasPending() ? undefined : this.#wait();
    }
  }

  #hasPending(): boolean {
    return [...this.#oracle.sessions.keys()].some((id) => this.#oracle.record(id)?.state === 'pending.quiet');
  }

  #actor(name: string): Actor {
    const known = this.#actors.get(name);
    if (known) return known;
    const [own = '', neighbour = own] = this.#customerIds;
    const customerId = name === OTHER_CUSTOMER ? neighbour : own;
    const [first, second = first] = this.#subject.offers;
    const offerId = name === OTHER_OFFER ? second : first;
    const choice: OfferChoice = { offerId };
    const token = this.#subject.tokenFor(customerId);
    const { pace } = this.#subject;
    const device = new Device(this.#record, this.#subject.url, { name, customerId, choice, token, pace });
    const actor: Actor = {
      device,
      pool: JSON.stringify([customerId, offerId]),
      session: undefined,
      mute: false,
    };
    this.#actors.set(name, actor);
    return actor;
  }

  // ---- creating and taking over ----

  async #create(actor: Actor): Promise<void> {
    if (this.#isLive(actor)) return;
    await this.#askForSession(actor);
  }

  /** Asks for a session and judges the answer. Gives whether it was granted. */
  async #askForSession(actor: Actor): Promise<boolean> {
    const { device, pool } = actor;
    const session = `s${++this.#creates}`;
    const name = `${device.name} ${this.#creates}`;
    const expected = this.#expectAdmission(pool);
    const sent = this.#record.now();
    const answer = await device.create(name);
    const effects = this.#oracle.apply(pool, { type: 'create', session, name });
    const granted = this.#judgeAdmission(actor, effects, answer, expected);
    if (granted !== undefined) this.#admit(actor, session, name, granted, false);
    await this.#expectEffects(effects, sent);
    return granted !== undefined;
  }

  /** The rules that an answer to a create will put to the test, for either answer. */
  #expectAdmission(pool: string): { grant: string[]; refusal: string[] } {
    const histories = [...this.#oracle.sessions.values()];
    const ended = histories.filter((session) => session.pool === pool && session.ended !== undefined);
    const others = new Set(histories.map((session) => session.pool).filter((name) => name !== pool));
    const full = [...others].some((name) => this.#oracle.pool(name).sessions.length >= this.#subject.limit);
    return {
      grant: rulesForGrant(ended, full),
      refusal: rulesForRefusal(this.#oracle.pool(pool), this.#oracle.list(pool)),
    };
  }

  #judgeAdmission(
    actor: Actor,
    effects: readonly PoolEffect[],
    answer: HttpAnswer,
    expected: { grant: string[]; refusal: string[] },
  ): string | undefined {
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    const read = readAnswer(answer);
    if (admission?.kind === 'granted') return this.#judgeGrant(actor, answer, read, expected.grant);
    if (admission?.kind === 'limit-reached')
      this.#judgeRefusal(actor, admission, answer, read, expected.refusal);
    return undefined;
  }

  #judgeGrant(actor: Actor, answer: HttpAnswer, read: ReadAnswer, rules: string[]): string {
    if (read.kind !== 'granted') {
      throw this.#violation({
        rule: this.#blameRefusal(actor.pool, read) ?? rules[0]!,
        message: `A create is refused although ${this.#freeSlots(actor.pool)} of ${this.#subject.limit} slots are free.`,
        expected: '200 with an endpoint',
        actual: describeAnswer(answer),
      });
    }
    this.#hold(...rules);
    const absolute = /^wss?:\/\//.test(read.endpoint) && URL.canParse(read.endpoint);
    if (!absolute) {
      throw this.#violation({
        rule: 'server/create/absolute-endpoint',
        message: 'The endpoint is no absolute WebSocket URL.',
        expected: 'wss://… or ws://…',
        actual: read.endpoint,
      });
    }
    this.#hold('server/create/absolute-endpoint');
    return read.endpoint;
  }

  #freeSlots(pool: string): number {
    // The model has already taken one of them.
    return this.#subject.limit - this.#oracle.pool(pool).sessions.length + 1;
  }

  /** A wrong refusal shows by its list which session should be gone, and so which rule is broken. */
  #blameRefusal(pool: string, read: ReadAnswer): string | undefined {
    if (read.kind !== 'limit-reached') return undefined;
    for (const { name } of read.activeSessions ?? []) {
      const history = this.#oracle.findByName(name);
      if (history?.ended) return RULE_OF_END[history.ended];
      if (history && history.pool !== pool) return 'server/limit/separate-pools';
    }
    const isLonger = (read.activeSessions?.length ?? 0) > this.#oracle.pool(pool).sessions.length;
    return isLonger ? 'server/limit/refused-uses-nothing' : undefined;
  }

  #judgeRefusal(
    actor: Actor,
    admission: Extract<Admission, { kind: 'limit-reached' }>,
    answer: HttpAnswer,
    read: ReadAnswer,
    rules: string[],
  ): void {
    if (read.kind === 'granted') {
      // A grant above the limit makes a session that has to be ended, too.
      actor.device.endpoint = read.endpoint;
      actor.device.wire = undefined;
      throw this.#violation({
        rule: rules[0]!,
        message: `A create is granted although the ${this.#subject.limit} sessions of the limit are active.`,
        expected: `LimitExceeded, listing ${admission.activeSessions.map(({ name }) => name).join(', ')}`,
        actual: describeAnswer(answer),
      });
    }
    if (read.kind !== 'limit-reached' || answer.status >= 500) {
      throw this.#violation({
        rule: 'server/limit/refuse-above-limit',
        message: 'A create at the limit is not answered with LimitExceeded.',
        expected: 'a 4xx status, and details with takeOverEnabled and activeSessions',
        actual: describeAnswer(answer),
      });
    }
    this.#hold(...rules);
    this.#judgeList(actor.pool, answer, read);
    this.#judgeTakeOverEnabled(answer, read);
  }

  #judgeList(pool: string, answer: HttpAnswer, read: Extract<ReadAnswer, { kind: 'limit-reached' }>): void {
    const expected = this.#oracle.list(pool).map(({ name }) => name);
    const listed = (read.activeSessions ?? []).map(({ name }) => name);
    if (expected.toSorted().join('\n') !== listed.toSorted().join('\n')) {
      throw this.#violation({
        rule: this.#blameRefusal(pool, read) ?? 'server/limit/list-sessions',
        message: "activeSessions does not list exactly the pool's sessions.",
        expected: expected.join(', '),
        actual: read.activeSessions ? listed.join(', ') || '(none)' : describeAnswer(answer),
      });
    }
    for (const { sessionId, name } of read.activeSessions ?? []) {
      const history = this.#oracle.findByName(name);
      if (history) history.serverId = sessionId;
    }
    this.#hold('server/limit/list-sessions', 'server/limit/refused-uses-nothing');
  }

  #judgeTakeOverEnabled(answer: HttpAnswer, read: Extract<ReadAnswer, { kind: 'limit-reached' }>): void {
    if (read.takeOverEnabled !== this.#subject.takeover) {
      throw this.#violation({
        rule: 'server/limit/say-takeover-enabled',
        message: 'details.takeOverEnabled does not say whether takeover is switched on.',
        expected: String(this.#subject.takeover),
        actual: describeAnswer(answer),
      });
    }
    this.#hold('server/limit/say-takeover-enabled');
  }

  #admit(actor: Actor, session: string, name: string, endpoint: string, tookOver: boolean): void {
    const { device, pool } = actor;
    const twin = [...this.#actors.values()].find(
      (other) => other !== actor && other.device.endpoint === endpoint,
    );
    if (twin) {
      throw this.#violation({
        rule: 'server/create/separate-sessions',
        message: `${device.name} and ${twin.device.name} are given the same endpoint.`,
        expected: 'an endpoint of its own for each session',
        actual: endpoint,
      });
    }
    this.#hold('server/create/separate-sessions');
    device.endpoint = endpoint;
    device.wire = undefined;
    actor.session = session;
    this.#oracle.sessions.set(session, {
      id: session,
      name,
      device: device.name,
      pool,
      answeredPings: 0,
      returnedInTime: false,
      tookOver,
    });
  }

  async #takeOver(actor: Actor, victim: Actor): Promise<void> {
    if (!this.#subject.takeover || actor === victim || this.#isLive(actor)) return;
    if (!this.#isLive(victim) || victim.pool !== actor.pool) return;
    const target = this.#oracle.sessions.get(victim.session!)!;
    // A client learns the victim's id from the list at the limit, and only there.
    if (target.serverId === undefined && (await this.#askForSession(actor))) return;
    if (target.serverId === undefined) return;
    const session = `s${++this.#creates}`;
    const name = `${actor.device.name} ${this.#creates}`;
    const sent = this.#record.now();
    const answer = await actor.device.takeOver(name, target.serverId);
    const effects = this.#oracle.apply(actor.pool, { type: 'takeover', session, name, victim: target.id });
    const granted = this.#judgeTakeover(effects, answer);
    if (granted !== undefined) this.#admit(actor, session, name, granted, true);
    await this.#expectEffects(effects, sent);
  }

  #judgeTakeover(effects: readonly PoolEffect[], answer: HttpAnswer): string | undefined {
    const read = readAnswer(answer);
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    if (admission?.kind === 'granted' && read.kind === 'granted') return read.endpoint;
    // A server may refuse a takeover that is not needed (AMB-10).
    if (admission?.kind !== 'granted' && read.kind !== 'granted') return undefined;
    throw this.#violation({
      rule: 'server/takeover/grant',
      message:
        admission?.kind === 'granted'
          ? 'The takeover of a session from the list is refused.'
          : 'A takeover below the limit is granted, though the server refused one before.',
      expected: admission?.kind === 'granted' ? '200 with an endpoint' : 'a refusal',
      actual: describeAnswer(answer),
    });
  }

  // ---- connections ----

  async #open(actor: Actor): Promise<KnownWire | undefined> {
    const { device, session } = actor;
    if (device.endpoint === undefined || session === undefined) return undefined;
    const wire = await device.open(this.#habits.patience);
    const known: KnownWire = { wire, actor, id: `w${this.#wires.size + 1}`, session, mayClose: false };
    this.#wires.set(known.id, known);
    const ended = this.#oracle.record(session) === undefined;
    if (wire.state !== 'open') {
      throw this.#violation({
        rule: ended ? 'server/connection/expired-for-ended' : 'server/connection/ok-upon-requested',
        message: `${device.name} cannot connect to the endpoint that it was given.`,
        expected: 'the connection opens',
        actual: wire.status === undefined ? 'no connection' : `the upgrade is refused with ${wire.status}`,
      });
    }
    const effects = this.#oracle.apply(actor.pool, { type: 'connected', session, connection: known.id });
    await this.#expectEffects(effects, this.#record.now());
    return known;
  }

  async #connect(actor: Actor): Promise<void> {
    const known = await this.#open(actor);
    if (known) await this.#sendRequested(known);
  }

  async #request(actor: Actor): Promise<void> {
    const known = this.#openWire(actor);
    if (known) await this.#sendRequested(known);
  }

  async #sendRequested(known: KnownWire): Promise<void> {
    const { wire, actor, session, id } = known;
    const history = this.#oracle.sessions.get(session);
    const record = this.#oracle.record(session);
    if (!history) return;
    const sent = this.#record.now();
    wire.sendAction('REQUESTED');
    if (record?.state === 'lost.pinged') history.returnedInTime = true;
    const rules = record ? rulesForOk(record, history, record.connection === id) : rulesForExpired(history);
    const effects = this.#oracle.apply(actor.pool, {
      type: 'frame',
      session,
      connection: id,
      action: 'REQUESTED',
    });
    await this.#expectEffects(effects, sent, rules);
  }

  async #finish(actor: Actor): Promise<void> {
    const known = this.#openWire(actor);
    if (!known || !this.#isAssociated(known)) return;
    const sent = this.#record.now();
    known.wire.sendAction('FINISHED');
    const { session, id: connection } = known;
    known.mayClose = true;
    const effects = this.#oracle.apply(actor.pool, {
      type: 'frame',
      session,
      connection,
      action: 'FINISHED',
    });
    await this.#expectEffects(effects, sent);
    if (this.#habits.settings.closeAfterFinished) return;
    // Nothing tells that FINISHED has arrived: give it the time that a frame takes.
    await this.#record.until(() => undefined, this.#habits.settle);
  }

  #cut(actor: Actor): void {
    const known = this.#openWire(actor);
    if (!known) return;
    known.mayClose = true;
    known.wire.cut();
    const { session, id: connection } = known;
    this.#oracle.apply(actor.pool, { type: 'disconnected', session, connection });
  }

  async #speak(actor: Actor): Promise<void> {
    actor.mute = false;
    const known = this.#openWire(actor);
    if (known && this.#oracle.record(known.session)?.state === 'connected.pinged') this.#sendPong(known);
  }

  // ---- what the server must do, and what it must not ----

  /** Waits for everything that the model says the server does now. */
  async #expectEffects(effects: readonly PoolEffect[], sent: number, okRules: string[] = []): Promise<void> {
    this.#oracle.startDeadlines(effects, sent);
    for (const effect of effects) {
      const known = 'connection' in effect ? this.#wires.get(effect.connection) : undefined;
      if (!known) continue;
      if (effect.type === 'send') await this.#expectFrame(known, effect, okRules);
      if (effect.type === 'close') await this.#expectClose(known, effect.because);
    }
    this.#oracle.confirmDeadlines(effects, this.#record.now());
  }

  async #expectFrame(
    known: KnownWire,
    { message }: Extract<PoolEffect, { type: 'send' }>,
    okRules: string[],
  ): Promise<void> {
    const { wire, actor } = known;
    const decides = message.action === 'OK' || message.action === 'EXPIRED';
    // A PING may come at any time; every other frame decides what is waited for.
    const next = (): ReceivedFrame | undefined =>
      wire.frames.find(
        (frame) => !frame.taken && (message.action === 'PING' || frame.message?.action !== 'PING'),
      );
    const frame = await this.#record.until(
      () => next() ?? (wire.state === 'closed' ? null : undefined),
      this.#habits.patience,
    );
    const rules = decides ? okRules : RULES_OF_ACTION[message.action as 'PING' | 'TAKE_OVER' | 'TERMINATE'];
    if (!frame || frame.message?.action !== message.action) {
      throw this.#violation({
        rule: frame?.problem === undefined ? rules[0] : 'server/connection/json-text-frames',
        message: `${actor.device.name} does not get ${message.action}.`,
        expected: JSON.stringify(message),
        actual: frame ? (frame.entry.raw ?? frame.entry.label) : this.#describeSilence(wire),
        entry: frame?.entry,
      });
    }
    frame.taken = true;
    this.#hold(...rules, 'server/connection/json-text-frames');
    if (message.action === 'TAKE_OVER') this.#judgeTakeOverName(frame, message.sessionName);
    if (message.action === 'PING') this.#answerIfAble(known);
  }

  #describeSilence(wire: Wire): string {
    return wire.state === 'closed'
      ? `the connection is closed with ${wire.closeCode}`
      : `nothing in ${Math.round(this.#habits.patience)} ms`;
  }

  #judgeTakeOverName(frame: ReceivedFrame, expected: string): void {
    if (frame.message?.sessionName !== expected) {
      throw this.#violation({
        rule: 'server/takeover/new-name',
        message: 'TAKE_OVER does not bear the name of the new session.',
        expected: JSON.stringify({ action: 'TAKE_OVER', sessionName: expected }),
        actual: frame.entry.raw ?? '',
        entry: frame.entry,
      });
    }
    this.#hold('server/takeover/new-name');
  }

  async #expectClose(known: KnownWire, because: string): Promise<void> {
    known.mayClose = true;
    const rule = RULES_OF_CLOSE[because];
    const closed = await this.#record.until(
      () => (known.wire.state === 'closed' ? true : undefined),
      this.#habits.patience,
    );
    if (rule === undefined) return;
    if (!closed) {
      throw this.#violation({
        rule,
        message: `The connection of ${known.actor.device.name} is not closed.`,
        expected: 'the server closes it',
        actual: `it is still open after ${Math.round(this.#habits.patience)} ms`,
      });
    }
    this.#hold(rule);
  }

  #answerIfAble(known: KnownWire): void {
    if (!known.actor.mute && known.wire.state === 'open' && this.#isAssociated(known)) this.#sendPong(known);
  }

  #sendPong(known: KnownWire): void {
    const { wire, actor, session, id: connection } = known;
    wire.sendAction('PONG');
    this.#oracle.apply(actor.pool, { type: 'frame', session, connection, action: 'PONG' });
    const history = this.#oracle.sessions.get(session);
    if (history) history.answeredPings += 1;
  }

  #untakenPings(): [KnownWire, ReceivedFrame][] {
    return [...this.#wires.values()].flatMap((known) =>
      known.wire.frames
        .filter((frame) => !frame.taken && frame.message?.action === 'PING')
        .map((frame): [KnownWire, ReceivedFrame] => [known, frame]),
    );
  }

  /** A PING may come at any time (PROTOCOL.md 4.20): each one starts or goes on with a challenge. */
  async #answerPings(): Promise<void> {
    for (const [known, frame] of this.#untakenPings()) {
      frame.taken = true;
      const { session, actor } = known;
      const effects = this.#oracle.apply(actor.pool, { type: 'ping', session });
      this.#oracle.startDeadlines(effects, frame.at - 2 * this.#habits.roundTrip);
      this.#oracle.confirmDeadlines(effects, frame.at);
      this.#answerIfAble(known);
    }
  }

  /** Whatever came that no step explains breaks a rule. */
  #refuseSurprises(): void {
    for (const known of this.#wires.values()) {
      const { wire, actor } = known;
      const frame = wire.frames.find(({ taken }) => !taken);
      if (frame) {
        throw this.#violation({
          rule: this.#blameFrame(frame),
          message: `${actor.device.name} is sent what nothing asked for.`,
          expected: 'no frame',
          actual: frame.entry.raw ?? frame.entry.label,
          entry: frame.entry,
        });
      }
      if (wire.state === 'closed' && !known.mayClose) {
        throw this.#violation({
          rule: this.#blameClose(known),
          message: `The connection of ${actor.device.name} is closed without cause.`,
          expected: 'it stays open',
          actual: `closed with ${wire.closeCode}`,
        });
      }
    }
    this.#hold('server/connection/leave-others-alone', 'server/connection/no-ok-unasked');
  }

  #blameFrame(frame: ReceivedFrame): string {
    if (!frame.message) return 'server/connection/json-text-frames';
    return frame.message.action === 'OK'
      ? 'server/connection/no-ok-unasked'
      : 'server/connection/leave-others-alone';
  }

  #blameClose({ session }: KnownWire): string {
    if (this.#oracle.deadlines.has(session)) return 'server/liveness/wait-for-deadline';
    const history = this.#oracle.sessions.get(session);
    // What comes while everybody waits comes from a deadline; anything else from what another device did.
    if (!this.#waiting || !history) return 'server/connection/leave-others-alone';
    if (history.returnedInTime) return 'server/liveness/keep-returning';
    return history.answeredPings > 0
      ? 'server/liveness/keep-answering'
      : 'server/connection/leave-others-alone';
  }

  // ---- deadlines ----

  #nearDeadline(): boolean {
    const { tolerance, settings } = this.#habits;
    const margin = Math.max(tolerance, settings.pongTimeout * 0.4);
    return [...this.#oracle.deadlines.values()].some(
      ({ earliest }) => this.#record.now() > earliest - margin,
    );
  }

  #pastDeadline(): boolean {
    return [...this.#oracle.deadlines.values()].some(({ earliest }) => this.#record.now() > earliest);
  }

  async #awaitDeadlines(): Promise<void> {
    const due = [...this.#oracle.deadlines.values()];
    if (due.length === 0) return;
    await this.#watchUntil(Math.min(...due.map(({ earliest }) => earliest)) - this.#habits.tolerance);
    this.#refuseSurprises();
    this.#hold('server/liveness/wait-for-deadline');
    for (const { session } of due) this.#allowClose(session);
    await this.#watchUntil(Math.max(...due.map(({ latest }) => latest)) + this.#habits.tolerance);
    for (const { session } of due) {
      const history = this.#oracle.sessions.get(session);
      // It may have been answered meanwhile, by a device that is not mute.
      if (!history || !this.#oracle.deadlines.has(session)) continue;
      this.#oracle.apply(history.pool, { type: 'timer', session, timer: 'pongTimeout' });
    }
  }

  /** Lets a whole PONG deadline pass, whether or not one is open: who has answered must live on. */
  async #wait(): Promise<void> {
    const { pongTimeout } = this.#habits.settings;
    const end = this.#record.now() + pongTimeout + this.#habits.tolerance;
    await this.#awaitDeadlines();
    await this.#watchUntil(end);
  }

  /** Lets time pass and answers PINGs meanwhile. */
  async #watchUntil(moment: number): Promise<void> {
    while (this.#record.now() < moment) {
      const left = moment - this.#record.now();
      const isWoken = (): boolean => this.#untakenPings().length > 0 || this.#signal?.aborted === true;
      await this.#record.until(() => (isWoken() ? true : undefined), left);
      this.#refuseToGoOn();
      await this.#answerPings();
    }
  }

  #allowClose(session: string): void {
    for (const known of this.#wires.values()) if (known.session === session) known.mayClose = true;
  }

  // ---- looking around ----

  #refuseToGoOn(): void {
    if (this.#signal?.aborted) throw new Inconclusive('the run was broken off');
  }

  #isLive({ session }: Actor): boolean {
    return session !== undefined && this.#oracle.record(session) !== undefined;
  }

  #isAssociated({ session, id }: KnownWire): boolean {
    return this.#oracle.record(session)?.connection === id;
  }

  #openWire(actor: Actor): KnownWire | undefined {
    const { wire } = actor.device;
    if (wire?.state !== 'open') return undefined;
    return [...this.#wires.values()].find((known) => known.wire === wire);
  }

  #hold(...rules: readonly string[]): void {
    for (const rule of rules) this.#held.set(rule, (this.#held.get(rule) ?? 0) + 1);
  }

  /** Marks where it shows; where no frame is to blame, the last line of the transcript is. */
  #violation(finding: Finding): Violation {
    this.#broken = true;
    const entry = finding.entry ?? this.#record.entries.at(-1);
    if (entry) entry.offending = true;
    return new Violation(finding);
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
};
