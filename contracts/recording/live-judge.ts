import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import type { Rule } from '../../protocol/rules/rule.ts';
import type { Result } from '../../reports/result.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import { redact } from '../../simulator/redact.ts';
import type { Outcome } from '../verdict.ts';
import { composeResult } from './check-recordings.ts';
import type { CheckOptions } from './check-recordings.ts';
import { describeJudgement } from './describe-judgement.ts';
import type { KnownPolicy } from './pool-replay.ts';
import { keyOf, ownerOf, readDevice } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';
import type { RecordedDevice } from './recorded-device.ts';
import { placeDevice } from './place-device.ts';
import { judgeDevice, judgeTogether } from './recording-judge.ts';
import type { PlacedDevice } from './place-device.ts';
import type { Judgement } from './recording-judge.ts';

/** A rule that was found broken while the conversation goes on. */
export interface BrokenRule {
  readonly rule: Rule;
  readonly device: string;
  readonly message: string;
}

/** Judges a conversation while it is recorded. */
export interface LiveJudge {
  /** Takes an entry, with its tokens: what is masked cannot be compared. */
  see(entry: JournalEntry): void;
  /** Judges what has come until `now`, in milliseconds since the epoch; gives what is newly found broken. */
  look(now: number): BrokenRule[];
  /** What was found broken so far, oldest first. */
  readonly broken: readonly BrokenRule[];
  /** The whole verdict. */
  conclude(now: number, options: CheckOptions): Result;
}

/** The part of one device, as it grows. */
interface Part {
  readonly owner: string;
  readonly customerId: string | undefined;
  readonly entries: RecordedEntry[];
  isDirty: boolean;
  placed?: PlacedDevice;
  judgements: readonly Judgement[];
}

/** The number of entries that are held at a time; a device that was quiet for longest is judged for good before. */
const MOST_HELD = 200_000;
/** Requests that may wait for their answers at a time. */
const MOST_ASKED = 1_000;
/** What is kept for the page and the terminal; the report has all. */
const MOST_BROKEN = 500;
/** A device's last words may still be followed by a deadline: so long it is looked at again. Milliseconds. */
const AFTERMATH = 15_000;

/** @param capacity entries that are held at a time */
export function createLiveJudge(policy: KnownPolicy = {}, capacity = MOST_HELD): LiveJudge {
  return new ConversationJudge(policy, capacity);
}

/** A quiet device was watched meanwhile, too: what did not come to it says something. */
function watchUntil(placed: PlacedDevice, end: number): PlacedDevice {
  return { ...placed, trace: { ...placed.trace, end: Math.max(end, placed.trace.end) } };
}

class ConversationJudge implements LiveJudge {
  readonly broken: BrokenRule[] = [];
  readonly #policy: KnownPolicy;
  readonly #capacity: number;
  /** Those that were heard of last stand last. */
  readonly #parts = new Map<string, Part>();
  /** Exchanges that are not answered: whose they are, the answer tells. */
  readonly #asked = new Map<string, RecordedEntry>();
  readonly #known = new Set<string>();
  readonly #gone: { devices: RecordedDevice[]; outcomes: Outcome[] } = { devices: [], outcomes: [] };
  readonly #rules = new Map(ALL_RULES.map((rule) => [rule.id, rule]));
  #unseen: RecordedEntry | undefined;
  #zero: number | undefined;
  #held = 0;

  constructor(policy: KnownPolicy, capacity: number) {
    this.#policy = policy;
    this.#capacity = capacity;
  }

  see(entry: JournalEntry): void {
    if (entry.kind === 'step' || entry.kind === 'ended') return;
    this.#zero ??= entry.at;
    const key = keyOf(entry);
    if (key === undefined) {
      if (entry.kind === 'note' && entry.gap) this.#unseen = entry;
      return;
    }
    if (entry.kind === 'request') {
      this.#asked.set(key, entry);
      if (this.#asked.size > MOST_ASKED) this.#giveUpOldest(entry.at);
      return;
    }
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    const owner = ownerOf(entry) ?? (asked && ownerOf(asked)) ?? 'nobody';
    for (const one of asked ? [asked, entry] : [entry]) this.#add(owner, one);
    this.#makeRoom(entry.at);
  }

  look(now: number): BrokenRule[] {
    const dirty = [...this.#parts.values()].filter((part) => part.isDirty);
    for (const part of dirty) this.#judge(part, now);
    const customers = new Set(dirty.map(({ customerId }) => customerId));
    const neighbours = [...this.#parts.values()].filter(({ customerId }) => customers.has(customerId));
    const zero = this.#zero ?? now;
    const watched = neighbours.flatMap(({ placed }) => (placed ? watchUntil(placed, now - zero) : []));
    const together = judgeTogether(watched, this.#policy);
    return [...dirty.flatMap(({ judgements }) => judgements), ...together].flatMap((judgement) =>
      this.#announce(judgement),
    );
  }

  conclude(now: number, options: CheckOptions): Result {
    const began = performance.now();
    for (const asked of this.#asked.values()) this.#add(ownerOf(asked) ?? 'nobody', asked);
    this.#asked.clear();
    const parts = [...this.#parts.values()];
    for (const part of parts) this.#judge(part, now);
    const placed = parts.flatMap((part) => part.placed ?? []);
    const judgements = [...parts.flatMap((part) => part.judgements), ...judgeTogether(placed, this.#policy)];
    const outcomes = judgements.map((judgement) => describeJudgement(judgement, placed));
    const result = composeResult(
      [...this.#gone.devices, ...placed.map(({ device }) => device)],
      [...this.#gone.outcomes, ...outcomes],
      { ...options, duration: performance.now() - began },
    );
    const gone = this.#gone.devices.length;
    if (gone === 0) return result;
    const note = `${gone} devices were judged on the way, and what they said is not counted: the conversation is too long to be held`;
    return { ...result, notes: [...result.notes, note] };
  }

  #add(owner: string, entry: RecordedEntry): void {
    const part = this.#parts.get(owner) ?? {
      owner,
      customerId: entry.customerId,
      entries: [],
      isDirty: true,
      judgements: [],
    };
    part.entries.push(entry);
    part.isDirty = true;
    this.#parts.delete(owner);
    this.#parts.set(owner, part);
    this.#held += 1;
  }

  /** Whoever hung up is answered no more. */
  #giveUpOldest(now: number): void {
    const [[key, entry] = []] = this.#asked;
    if (key === undefined || entry === undefined) return;
    this.#asked.delete(key);
    this.#add(ownerOf(entry) ?? 'nobody', entry);
    this.#makeRoom(now);
  }

  #judge(part: Part, now: number): void {
    const entries = this.#unseen ? [...part.entries, this.#unseen] : part.entries;
    part.placed = placeDevice({ ...readDevice(part.owner, entries), until: now }, this.#zero ?? now);
    part.judgements = judgeDevice(part.placed);
    part.isDirty = now - (part.entries.at(-1)?.at ?? now) < AFTERMATH;
  }

  /** Lets the device go that was quiet for longest: its verdict stands, its part of the conversation is forgotten. */
  #makeRoom(now: number): void {
    while (this.#held > this.#capacity) {
      const [part] = this.#parts.values();
      if (!part || this.#parts.size === 1) return;
      this.#judge(part, now);
      const { placed } = part;
      if (placed) {
        this.#gone.devices.push({ ...placed.device, events: placed.device.events.slice(0, 1) });
        this.#gone.outcomes.push(...part.judgements.map((one) => describeJudgement(one, [placed])));
      }
      this.#parts.delete(part.owner);
      this.#held -= part.entries.length;
    }
  }

  #announce(judgement: Judgement): BrokenRule[] {
    const { rule: id, placed } = judgement;
    const rule = this.#rules.get(id);
    const key = `${id} ${placed.device.name}`;
    if (judgement.kind !== 'violated' || !rule || this.#known.has(key)) return [];
    this.#known.add(key);
    const { message, actual } = judgement.violation;
    const broken = { rule, device: placed.device.name, message: `${message} (${redact(actual)})` };
    if (this.broken.length < MOST_BROKEN) this.broken.push(broken);
    return [broken];
  }
}
