import type { OfferChoice } from '../../protocol/http-bodies.ts';
import { OTHER_CUSTOMER, OTHER_OFFER } from '../generate/conversation.ts';
import { Device } from './device.ts';
import type { Habits } from './habits.ts';
import { Oracle } from './oracle.ts';
import { createRecord } from './record.ts';
import type { Record } from './record.ts';
import type { ServerSubject } from './server-subject.ts';
import { longestAnswer } from './tempo.ts';
import { Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import type { Visit } from './visit.ts';
import type { Wire } from './wire.ts';

/** What a device is to the conversation, beside what it does on the wire. */
export interface Actor {
  readonly device: Device;
  readonly pool: string;
  /** The session that its endpoint is for. */
  session: string | undefined;
  mute: boolean;
}

/** A connection and what the model calls it. */
export interface KnownWire {
  readonly wire: Wire;
  readonly actor: Actor;
  readonly id: string;
  readonly session: string;
  /** Whether its closing was asked for, by us or by the model. */
  mayClose: boolean;
}

/** Everything that those who carry a conversation on know together: who takes part, what was said, what the model says. */
export class ConversationState {
  readonly subject: ServerSubject;
  readonly habits: Habits;
  /** The second one is the neighbour; without it the neighbour takes no part. */
  readonly customerIds: readonly string[];
  readonly visit: Visit;
  readonly record: Record;
  readonly oracle: Oracle;
  readonly actors = new Map<string, Actor>();
  readonly wires = new Map<string, KnownWire>();
  /** How often each rule was put to the test and held. */
  readonly held = new Map<string, number>();
  /** Whether a violation was found: the model then no longer knows which sessions the server has. */
  broken = false;

  constructor(subject: ServerSubject, habits: Habits, customerIds: readonly string[], visit: Visit) {
    this.subject = subject;
    this.habits = habits;
    this.customerIds = customerIds;
    this.visit = visit;
    this.record = createRecord(visit.signal);
    this.oracle = new Oracle({
      enabled: true,
      takeoverEnabled: subject.takeover,
      limit: subject.limit,
      settings: habits.settings,
    });
  }

  /** The device of that name; it joins when it is first named. */
  actor(name: string): Actor {
    const known = this.actors.get(name);
    if (known) return known;
    const [own = '', neighbour = own] = this.customerIds;
    const customerId = name === OTHER_CUSTOMER ? neighbour : own;
    const [first, second = first] = this.subject.offers;
    const offerId = name === OTHER_OFFER ? second : first;
    const choice: OfferChoice = { offerId };
    const token = this.subject.tokenFor(customerId);
    const { pace } = this.subject;
    const device = new Device(this.record, this.subject.url, { name, customerId, choice, token, pace });
    const actor: Actor = {
      device,
      pool: JSON.stringify([customerId, offerId]),
      session: undefined,
      mute: false,
    };
    this.actors.set(name, actor);
    return actor;
  }

  isLive({ session }: Actor): boolean {
    return session !== undefined && this.oracle.record(session) !== undefined;
  }

  isAssociated({ session, id }: KnownWire): boolean {
    return this.oracle.record(session)?.connection === id;
  }

  /** The open connection of a device, if it has one. */
  openWire(actor: Actor): KnownWire | undefined {
    const { wire } = actor.device;
    if (wire?.state !== 'open') return undefined;
    return [...this.wires.values()].find((known) => known.wire === wire);
  }

  /**
   * How long to wait for what nothing tells of, in milliseconds: where several devices load a server, it may take longer
   * than at first contact.
   */
  get settle(): number {
    return Math.max(this.habits.settle, 3 * longestAnswer(this.record.entries));
  }

  hold(...rules: readonly string[]): void {
    for (const rule of rules) this.held.set(rule, (this.held.get(rule) ?? 0) + 1);
  }

  /** Marks where it shows; where no frame is to blame, the last line of the transcript is. */
  violation(finding: Finding): Violation {
    this.broken = true;
    const entry = finding.entry ?? this.record.entries.at(-1);
    if (entry) entry.offending = true;
    return new Violation(finding);
  }

  hasPending(): boolean {
    return [...this.oracle.sessions.keys()].some((id) => this.oracle.record(id)?.state === 'pending.quiet');
  }
}
