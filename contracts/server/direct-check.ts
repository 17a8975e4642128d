import { Device, request } from './device.ts';
import type { RequestOptions } from './device.ts';
import type { Habits } from './habits.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { Readings } from './readings.ts';
import { createRecord } from './record.ts';
import type { Record } from './record.ts';
import type { ServerSubject } from './server-subject.ts';
import { takeLeave } from './take-leave.ts';
import { Inconclusive, Unmet, Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import { beginVisit } from './visit.ts';
import type { Visit } from './visit.ts';
import type { ReceivedFrame, Wire } from './wire.ts';

/** A check of one rule that is not about a conversation: a request or a frame that is wrong on purpose, and the like. */
export interface DirectCheck {
  readonly rule: string;
  /** Why the subject cannot be put to this test, where it cannot. */
  readonly lacks?: ((subject: ServerSubject) => string | undefined) | undefined;
  /** Whether it would mistake what other checks do for what it looks for: then it goes before them, by itself. */
  readonly alone?: boolean | undefined;
  readonly run: (bench: Bench) => Promise<void>;
}

export interface BenchOptions {
  /** Decides what a check makes up; 1 unless told. */
  seed?: number | undefined;
  visit?: Visit | undefined;
}

/** What a direct check has at hand: fresh customers, devices, and words for what it finds. */
export class Bench {
  readonly subject: ServerSubject;
  readonly habits: Habits;
  readonly record: Record;
  readonly customerId: string;
  /** Decides what a check makes up. */
  readonly seed: number;
  readonly #rule: string;
  readonly #devices: Device[] = [];
  readonly #borrowed: string[] = [];
  readonly #visit: Visit;
  #hasFoundFault = false;

  constructor(
    rule: string,
    subject: ServerSubject,
    habits: Habits,
    customerId: string,
    { seed = 1, visit = beginVisit() }: BenchOptions = {},
  ) {
    this.#rule = rule;
    this.subject = subject;
    this.habits = habits;
    this.customerId = customerId;
    this.seed = seed;
    this.#visit = visit;
    this.record = createRecord(visit.signal);
  }

  /** The devices there are, in the order in which they came. */
  get devices(): readonly Device[] {
    return this.#devices;
  }

  /** What the server was seen to do where the documents leave a choice, for a check that shows more of it. */
  get readings(): Readings {
    return this.#visit.readings;
  }

  /** How long a PING may go unanswered, in milliseconds. @throws {Inconclusive} where that is not known. */
  get pongTimeout(): number {
    const { unknownDeadline, settings } = this.habits;
    if (unknownDeadline !== undefined)
      throw new Inconclusive(`The deadline of PONG could not be measured. ${unknownDeadline}`);
    return settings.pongTimeout;
  }

  device(name: string, options: { customerId?: string; token?: Promise<string> } = {}): Device {
    const { customerId = this.customerId } = options;
    const device = new Device(this.record, this.subject.url, {
      name,
      customerId,
      choice: { offerId: this.subject.offers[0] },
      token: options.token ?? this.subject.tokenFor(customerId),
      pace: this.subject.pace,
    });
    this.#devices.push(device);
    return device;
  }

  /** A raw request, as no device would send it. */
  async request(path: string, options: RequestOptions): Promise<HttpAnswer> {
    await this.subject.pace();
    return request(this.record, 'app', this.subject.url + path, options);
  }

  /**
   * Creates a session, as the check needs it, and keeps its endpoint.
   * @throws {Unmet} where it is refused: that is another rule's affair.
   */
  async createdBy(device: Device, sessionName: string): Promise<void> {
    const answer = await this.triedBy(device, sessionName);
    if (device.endpoint === undefined)
      throw new Unmet(`It needs a session, and got ${describeAnswer(answer)}`);
  }

  /** Asks for a session; where one is granted the device has its endpoint. */
  async triedBy(device: Device, sessionName: string): Promise<HttpAnswer> {
    const answer = await device.create(sessionName);
    const read = readAnswer(answer);
    if (read.kind === 'granted') device.endpoint = read.endpoint;
    return answer;
  }

  /** Opens a connection, sends REQUESTED and waits for OK. @throws {Unmet} where none comes. */
  async connectedBy(device: Device): Promise<Wire> {
    const wire = await device.open(this.habits.patience);
    wire.answersPing = true;
    wire.sendAction('REQUESTED');
    if (!(await this.hears(wire, 'OK')))
      throw new Unmet(`It needs OK for REQUESTED, and got ${this.#lastWords(wire)}`);
    return wire;
  }

  /** The next frame of this action, where one comes in time; it is then taken. */
  async hears(wire: Wire, action: string, within = this.habits.patience): Promise<ReceivedFrame | undefined> {
    const frame = await this.record.until(
      () =>
        wire.frames.find(({ message, taken }) => !taken && message?.action === action) ??
        (wire.state === 'closed' || wire.state === 'refused' ? null : undefined),
      within,
    );
    if (frame) frame.taken = true;
    return frame ?? undefined;
  }

  /** Another customer, for as long as this check goes on. */
  async anotherCustomer(): Promise<string> {
    const { customers } = this.subject;
    if (customers.count < 2) throw new Unmet('It needs a second customer, and one token is all there is');
    const customerId = await customers.take(this.customerId);
    this.#borrowed.push(customerId);
    return customerId;
  }

  settle(): Promise<void> {
    return this.pause(this.habits.settle);
  }

  /** Lets time pass, in milliseconds. */
  async pause(milliseconds: number): Promise<void> {
    await this.record.until(() => undefined, milliseconds);
  }

  /** Fills the pool of this customer by devices that connect, and gives them. */
  async fill(count = this.subject.limit): Promise<Device[]> {
    const devices = Array.from({ length: count }, (_, index) => this.device(`device ${index + 1}`));
    for (const device of devices) {
      await this.createdBy(device, device.name);
      await this.connectedBy(device);
    }
    return devices;
  }

  violation(expected: string, actual: string, message?: string): Violation {
    const entry = this.record.entries.at(-1);
    if (entry) entry.offending = true;
    this.#hasFoundFault = true;
    const finding: Finding = {
      rule: this.#rule,
      message: message ?? `Expected ${expected}.`,
      expected,
      actual,
      entry,
    };
    return new Violation(finding);
  }

  /** Ends every session that was granted, and drops every connection; the check may go on afterwards. */
  async leave(): Promise<void> {
    await this.#takeLeave();
  }

  /** Ends what this check began, for good: whatever of it still goes on begins nothing more. */
  async close(): Promise<void> {
    this.record.close();
    this.#visit.stranded += await this.#takeLeave();
    for (const customerId of this.#borrowed.splice(0)) this.subject.customers.giveBack(customerId);
  }

  /** Ends the session that a device has, connecting once more where it must. Gives whether it is seen to be over. */
  finish(device: Device): Promise<boolean> {
    return device.leave(this.habits);
  }

  #takeLeave(): Promise<number> {
    const { pace } = this.subject;
    return takeLeave(this.record, { pace, habits: this.habits, isTrusted: !this.#hasFoundFault });
  }

  #lastWords(wire: Wire): string {
    const frame = wire.frames.at(-1);
    if (frame) return frame.entry.raw ?? frame.entry.label;
    if (wire.status !== undefined) return `the upgrade is refused with ${wire.status}`;
    return wire.state === 'closed' ? `closed with ${wire.closeCode}` : 'nothing';
  }
}
