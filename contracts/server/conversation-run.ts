import type { TranscriptEntry } from '../../reports/result.ts';
import { OTHER_CUSTOMER } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import { AdmissionJudge } from './admission-judge.ts';
import { ConversationState } from './conversation-state.ts';
import type { Actor, KnownWire } from './conversation-state.ts';
import { describeSilence, isSilence } from './device.ts';
import { rulesForExpired, rulesForOk } from './expected-rules.ts';
import type { Habits } from './habits.ts';
import type { ServerSubject } from './server-subject.ts';
import { ServerWitness } from './server-witness.ts';
import { takeLeave } from './take-leave.ts';
import { Inconclusive, Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import { beginVisit } from './visit.ts';
import type { Visit } from './visit.ts';

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

/**
 * Has several devices hold a conversation with a server, step by step, with the model beside it: after each step
 * everything that a conforming server does must have come, and nothing else.
 */
export async function runConversation(
  subject: ServerSubject,
  habits: Habits,
  steps: readonly Step[],
  visit: Visit = beginVisit(),
): Promise<ConversationOutcome> {
  const customerIds = await borrowCustomers(subject, steps);
  const run = new ConversationRun(new ConversationState(subject, habits, customerIds, visit));
  try {
    for (const step of steps) await run.take(step);
    await run.settle();
    return run.outcome();
  } catch (error) {
    if (error instanceof Violation) return { ...run.outcome(), finding: error.finding };
    if (error instanceof Inconclusive) return { ...run.outcome(), inconclusive: error.message };
    if (isSilence(error)) return { ...run.outcome(), finding: describeSilence(error) };
    // Ctrl-C ends a token command as well, and whatever else we wait for.
    if (visit.signal?.aborted) return { ...run.outcome(), inconclusive: String(error) };
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
  readonly #state: ConversationState;
  readonly #judge: AdmissionJudge;
  readonly #witness: ServerWitness;
  #creates = 0;

  constructor(state: ConversationState) {
    this.#state = state;
    this.#judge = new AdmissionJudge(state);
    this.#witness = new ServerWitness(state);
  }

  outcome(): ConversationOutcome {
    // A copy: what is said in leaving is no part of the conversation.
    const entries = [...this.#state.record.entries];
    const duration = this.#state.record.now();
    const { transitions, pairs } = this.#state.oracle;
    return { held: this.#state.held, transcript: entries, transitions, pairs, duration };
  }

  async take(step: Step): Promise<void> {
    this.#state.record.goOn();
    this.#state.record.nextStep();
    // A neighbour needs a customer of its own.
    if (this.#state.customerIds.length < 2 && 'device' in step && step.device === OTHER_CUSTOMER) return;
    // No step is taken while it is open whether a deadline has passed: then all wait until it has.
    if (this.#witness.isNearDeadline()) await this.#witness.awaitDeadlines();
    await this.#handle(step);
    await this.#witness.answerPings();
    this.#witness.refuseSurprises();
    if (this.#witness.isPastDeadline()) {
      throw new Inconclusive('a step took so long that a PONG deadline passed meanwhile');
    }
  }

  /** Listens a little longer for what must not come. */
  settle(): Promise<void> {
    return this.#witness.settle();
  }

  /** Ends every session that this conversation made, as a guest does. */
  async leave(): Promise<void> {
    const { record, habits, visit, subject, broken } = this.#state;
    record.close();
    visit.stranded += await takeLeave(record, { pace: subject.pace, habits, isTrusted: !broken });
  }

  #handle(step: Step): Promise<void> | void {
    switch (step.do) {
      case 'create':
        return this.#create(this.#state.actor(step.device));
      case 'takeover':
        return this.#takeOver(this.#state.actor(step.device), this.#state.actor(step.victim));
      case 'connect':
        return this.#connect(this.#state.actor(step.device));
      case 'open':
        return this.#open(this.#state.actor(step.device)).then(() => {});
      case 'request':
        return this.#request(this.#state.actor(step.device));
      case 'mute':
        return this.#mute(this.#state.actor(step.device));
      case 'speak':
        return this.#speak(this.#state.actor(step.device));
      case 'finish':
        return this.#finish(this.#state.actor(step.device));
      case 'cut':
        return this.#cut(this.#state.actor(step.device));
      case 'wait':
        // How long a record lives that was never requested is not known: let none grow old.
        return this.#state.hasPending() ? undefined : this.#witness.wait();
    }
  }

  async #create(actor: Actor): Promise<void> {
    if (this.#state.isLive(actor)) return;
    await this.#askForSession(actor);
  }

  /** Asks for a session and judges the answer. Gives whether it was granted. */
  async #askForSession(actor: Actor): Promise<boolean> {
    const { device, pool } = actor;
    const session = `s${++this.#creates}`;
    const name = `${device.name} ${this.#creates}`;
    const expected = this.#judge.expect(pool);
    const sent = this.#state.record.now();
    const answer = await device.create(name);
    const effects = this.#state.oracle.apply(pool, { type: 'create', session, name });
    const granted = this.#judge.judgeCreate(actor, effects, answer, expected);
    if (granted !== undefined) this.#admit(actor, session, name, granted, false);
    await this.#witness.expectEffects(effects, sent);
    return granted !== undefined;
  }

  async #takeOver(actor: Actor, victim: Actor): Promise<void> {
    if (!this.#state.subject.takeover || actor === victim || this.#state.isLive(actor)) return;
    if (!this.#state.isLive(victim) || victim.pool !== actor.pool) return;
    const target = this.#state.oracle.sessions.get(victim.session!)!;
    // A client learns the victim's id from the list at the limit, and only there.
    if (target.serverId === undefined && (await this.#askForSession(actor))) return;
    if (target.serverId === undefined) return;
    const session = `s${++this.#creates}`;
    const name = `${actor.device.name} ${this.#creates}`;
    const sent = this.#state.record.now();
    const answer = await actor.device.takeOver(name, target.serverId);
    const effects = this.#state.oracle.apply(actor.pool, {
      type: 'takeover',
      session,
      name,
      victim: target.id,
    });
    const granted = this.#judge.judgeTakeover(effects, answer);
    if (granted !== undefined) this.#admit(actor, session, name, granted, true);
    await this.#witness.expectEffects(effects, sent);
  }

  #admit(actor: Actor, session: string, name: string, endpoint: string, tookOver: boolean): void {
    const { device, pool } = actor;
    const twin = [...this.#state.actors.values()].find(
      (other) => other !== actor && other.device.endpoint === endpoint,
    );
    if (twin) {
      throw this.#state.violation({
        rule: 'server/create/separate-sessions',
        message: `${device.name} and ${twin.device.name} are given the same endpoint.`,
        expected: 'an endpoint of its own for each session',
        actual: endpoint,
      });
    }
    this.#state.hold('server/create/separate-sessions');
    device.endpoint = endpoint;
    device.wire = undefined;
    actor.session = session;
    this.#state.oracle.sessions.set(session, {
      id: session,
      name,
      device: device.name,
      pool,
      answeredPings: 0,
      returnedInTime: false,
      tookOver,
    });
  }

  async #open(actor: Actor): Promise<KnownWire | undefined> {
    const { device, session } = actor;
    if (device.endpoint === undefined || session === undefined) return undefined;
    const wire = await device.open(this.#state.habits.patience);
    const known: KnownWire = { wire, actor, id: `w${this.#state.wires.size + 1}`, session, mayClose: false };
    this.#state.wires.set(known.id, known);
    const ended = this.#state.oracle.record(session) === undefined;
    if (wire.state !== 'open') {
      throw this.#state.violation({
        rule: ended ? 'server/connection/expired-for-ended' : 'server/connection/ok-upon-requested',
        message: `${device.name} cannot connect to the endpoint that it was given.`,
        expected: 'the connection opens',
        actual: wire.status === undefined ? 'no connection' : `the upgrade is refused with ${wire.status}`,
      });
    }
    const effects = this.#state.oracle.apply(actor.pool, {
      type: 'connected',
      session,
      connection: known.id,
    });
    await this.#witness.expectEffects(effects, this.#state.record.now());
    return known;
  }

  async #connect(actor: Actor): Promise<void> {
    const known = await this.#open(actor);
    if (known) await this.#sendRequested(known);
  }

  async #request(actor: Actor): Promise<void> {
    const known = this.#state.openWire(actor);
    if (known) await this.#sendRequested(known);
  }

  async #sendRequested(known: KnownWire): Promise<void> {
    const { wire, actor, session, id } = known;
    const history = this.#state.oracle.sessions.get(session);
    const record = this.#state.oracle.record(session);
    if (!history) return;
    this.#witness.refuseIfLate(session);
    const sent = this.#state.record.now();
    wire.sendAction('REQUESTED');
    if (record?.state === 'lost.pinged') history.returnedInTime = true;
    const rules = record ? rulesForOk(record, history, record.connection === id) : rulesForExpired(history);
    const effects = this.#state.oracle.apply(actor.pool, {
      type: 'frame',
      session,
      connection: id,
      action: 'REQUESTED',
    });
    await this.#witness.expectEffects(effects, sent, rules);
  }

  async #finish(actor: Actor): Promise<void> {
    const known = this.#state.openWire(actor);
    if (!known || !this.#state.isAssociated(known)) return;
    const sent = this.#state.record.now();
    known.wire.sendAction('FINISHED');
    const { session, id: connection } = known;
    known.mayClose = true;
    const effects = this.#state.oracle.apply(actor.pool, {
      type: 'frame',
      session,
      connection,
      action: 'FINISHED',
    });
    await this.#witness.expectEffects(effects, sent);
    if (this.#state.habits.settings.closeAfterFinished) return;
    // Nothing tells that FINISHED has arrived: give it the time that a frame takes.
    await this.#state.record.until(() => undefined, this.#state.settle);
  }

  async #mute(actor: Actor): Promise<void> {
    await this.#witness.letPongArrive(actor.session);
    actor.mute = true;
  }

  async #cut(actor: Actor): Promise<void> {
    await this.#witness.letPongArrive(actor.session);
    const known = this.#state.openWire(actor);
    if (!known) return;
    known.mayClose = true;
    known.wire.cut();
    const { session, id: connection } = known;
    this.#state.oracle.apply(actor.pool, { type: 'disconnected', session, connection });
  }

  async #speak(actor: Actor): Promise<void> {
    actor.mute = false;
    const known = this.#state.openWire(actor);
    if (known && this.#state.oracle.record(known.session)?.state === 'connected.pinged')
      this.#witness.sendPong(known);
  }
}
