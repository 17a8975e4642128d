import { measureEntry } from '../../simulator/journal.ts';
import type { Outcome } from '../verdict.ts';
import { describeJudgement } from './describe-judgement.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
import { placeDevice } from './place-device.ts';
import type { PlacedDevice } from './place-device.ts';
import { readDevice } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';
import type { RecordedDevice } from './recorded-device.ts';
import { judgeDevice } from './recording-judge.ts';
import type { Judgement } from './recording-judge.ts';
import { findSettledPings } from './settled-pings.ts';

/** A device of which nothing is held any more but what was found. */
export interface GoneDevice {
  /** With its first event alone. */
  readonly device: RecordedDevice;
  readonly outcomes: readonly Outcome[];
  /** How many events it had beside. */
  readonly forgotten: number;
}

/** A device's last words may still be followed by a deadline: so long it is looked at again. Milliseconds. */
const AFTERMATH = 15_000;
/** A PING that was answered is looked at for so long, as that which called for it may come later. Milliseconds. */
const RECENT = 5_000;

/** The part of a conversation that is one device's, as it grows. */
export class LivePart {
  readonly owner: string;
  readonly customerId: string | undefined;
  isDirty = true;
  placed: PlacedDevice | undefined;
  /** What it shows by itself, and what it shows together with others, as of the last look. */
  judgements: readonly Judgement[] = [];
  together: readonly Judgement[] = [];
  /** How many events were judged and are held no more: PINGs with their answers, and what came before it was let go. */
  readonly forgotten: { pings: number; before: number };
  #entries: RecordedEntry[] = [];
  #size = 0;
  #past: readonly Outcome[];
  #forgottenUntil: number | undefined;

  /** @param gone where it was let go before, and comes back */
  constructor(owner: string, customerId: string | undefined, gone?: GoneDevice) {
    this.owner = owner;
    this.customerId = customerId;
    this.#past = gone?.outcomes ?? [];
    this.forgotten = { pings: 0, before: gone ? gone.forgotten + gone.device.events.length : 0 };
  }

  get count(): number {
    return this.#entries.length;
  }

  /** In characters, about. */
  get size(): number {
    return this.#size;
  }

  add(entry: RecordedEntry): void {
    this.#entries.push(entry);
    this.#size += measureEntry(entry);
    this.isDirty = true;
  }

  /**
   * @param zero what times count from; as `now`, in milliseconds since the epoch
   * @param unseen a note that frames pass unseen on all connections
   */
  judge(now: number, zero: number, unseen: RecordedEntry | undefined): void {
    const entries = unseen ? [...this.#entries, unseen] : this.#entries;
    const device = readDevice(this.owner, entries);
    this.placed = placeDevice({ ...device, until: now, forgottenUntil: this.#forgottenUntil }, zero);
    this.judgements = judgeDevice(this.placed);
    this.isDirty = now - (this.#entries.at(-1)?.at ?? now) < AFTERMATH;
  }

  /** What it has shown, now and before. @param all those whose lines stand beside its own in a failure */
  outcomes(all: readonly PlacedDevice[]): Outcome[] {
    const found = [...this.judgements, ...this.together];
    return mergeOutcomes(
      this.#past,
      found.map((judgement) => describeJudgement(judgement, all)),
    );
  }

  /** Forgets what has come to nothing, once it is judged. */
  forgetSettled(now: number): void {
    const settled = findSettledPings(this.#entries, now - RECENT);
    if (!this.placed || settled.size === 0) return;
    this.#past = this.outcomes([this.placed]);
    this.#entries = this.#entries.filter((entry) => !settled.has(entry));
    this.#size = this.#entries.reduce((sum, entry) => sum + measureEntry(entry), 0);
    this.#forgottenUntil = now - RECENT;
    this.forgotten.pings += settled.size;
  }

  /** Forgets all of it; it is judged by then. */
  leave(): GoneDevice | undefined {
    const { placed, forgotten } = this;
    if (!placed) return undefined;
    const [first, ...more] = placed.device.events;
    const device = { ...placed.device, events: first ? [first] : [] };
    const outcomes = this.outcomes([placed]);
    this.#entries = [];
    this.#size = 0;
    return { device, outcomes, forgotten: forgotten.before + forgotten.pings + more.length };
  }
}
