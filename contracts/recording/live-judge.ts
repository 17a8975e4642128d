import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import type { Rule } from '../../protocol/rules/rule.ts';
import type { Result } from '../../reports/result.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import { redact } from '../../simulator/redact.ts';
import { AskedRequests } from './asked-requests.ts';
import { composeResult } from './check-recordings.ts';
import type { CheckOptions } from './check-recordings.ts';
import { describeForgotten, sumForgotten } from './forgotten-notes.ts';
import { LivePart } from './live-part.ts';
import type { GoneDevice } from './live-part.ts';
import type { KnownPolicy } from './pool-replay.ts';
import { keyOf, ownerOf } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';
import { judgeTogether } from './recording-judge.ts';
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

/** How much is held at a time; what goes beyond is judged for good and forgotten, and the verdict says so. */
export interface JudgeBounds {
  /** Entries of all devices; the device that was quiet for longest goes first. 200,000 */
  readonly entries: number;
  /** The size of them, in characters, about; an eighth of it of one device, and of what waits for its answer. 2^27 */
  readonly characters: number;
  /** Entries of one device, which are all read again at each look. 2,000 */
  readonly entriesOfOne: number;
  /** Requests that wait for their answers. 1,000 */
  readonly asked: number;
}

const BOUNDS: JudgeBounds = { entries: 200_000, characters: 2 ** 27, entriesOfOne: 2_000, asked: 1_000 };
/** What is kept for the page and the terminal; the report has all. */
const MOST_BROKEN = 500;

/** Judges while it is recorded what passes between clients and a server. */
export function createLiveJudge(policy: KnownPolicy = {}, bounds: Partial<JudgeBounds> = {}): LiveJudge {
  return new ConversationJudge(policy, { ...BOUNDS, ...bounds });
}

/** A quiet device was watched meanwhile, too: what did not come to it says something. */
function watchUntil(placed: PlacedDevice, end: number): PlacedDevice {
  return { ...placed, trace: { ...placed.trace, end: Math.max(end, placed.trace.end) } };
}

class ConversationJudge implements LiveJudge {
  readonly broken: BrokenRule[] = [];
  readonly #policy: KnownPolicy;
  readonly #bounds: JudgeBounds;
  /** Those that were heard of last stand last. */
  readonly #parts = new Map<string, LivePart>();
  readonly #asked: AskedRequests;
  readonly #known = new Set<string>();
  readonly #gone = new Map<string, GoneDevice>();
  readonly #rules = new Map(ALL_RULES.map((rule) => [rule.id, rule]));
  /** What was found while nobody looked. */
  readonly #found: BrokenRule[] = [];
  #unseen: RecordedEntry | undefined;
  #zero: number | undefined;
  readonly #held = { entries: 0, characters: 0 };

  constructor(policy: KnownPolicy, bounds: JudgeBounds) {
    this.#policy = policy;
    this.#bounds = bounds;
    this.#asked = new AskedRequests({ count: bounds.asked, characters: bounds.characters / 8 });
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
      this.#asked.add(key, entry);
      for (const unanswered of this.#asked.giveUp()) this.#add([unanswered], entry.at);
      return;
    }
    const asked = this.#asked.take(key);
    if (asked !== 'other') this.#add(asked ? [asked, entry] : [entry], entry.at);
  }

  look(now: number): BrokenRule[] {
    const dirty = [...this.#parts.values()].filter((part) => part.isDirty);
    this.#judgeCustomers(new Set(dirty.map(({ customerId }) => customerId)), now);
    return this.#found.splice(0);
  }

  conclude(now: number, options: CheckOptions): Result {
    const began = performance.now();
    for (const unanswered of this.#asked.takeAll()) this.#add([unanswered], now);
    const parts = [...this.#parts.values()];
    for (const part of parts) this.#judge(part, now);
    const placed = parts.flatMap((part) => part.placed ?? []);
    this.#share(parts, judgeTogether(placed, this.#policy));
    const gone = [...this.#gone.values()];
    const result = composeResult(
      [...gone.map(({ device }) => device), ...placed.map(({ device }) => device)],
      [...gone.flatMap(({ outcomes }) => outcomes), ...parts.flatMap((part) => part.outcomes(placed))],
      { ...options, duration: performance.now() - began, forgotten: sumForgotten(parts, gone) },
    );
    return { ...result, notes: [...result.notes, ...describeForgotten(parts, gone.length)] };
  }

  /** Takes what belongs together: whose it is, the last of it says best. */
  #add(entries: readonly RecordedEntry[], now: number): void {
    const owner = entries.map(ownerOf).findLast((one) => one !== undefined) ?? 'nobody';
    const part = this.#parts.get(owner) ?? new LivePart(owner, entries[0]?.customerId, this.#gone.get(owner));
    this.#gone.delete(owner);
    this.#parts.delete(owner);
    this.#parts.set(owner, part);
    this.#changing(part, () => entries.forEach((entry) => part.add(entry)));
    if (this.#isTooMuch(part, 1)) this.#forget(part, now);
    this.#makeRoom(now);
  }

  /** Keeps count of what is held. */
  #changing(part: LivePart, change: () => void): void {
    const { count, size } = part;
    change();
    this.#held.entries += part.count - count;
    this.#held.characters += part.size - size;
  }

  #judge(part: LivePart, now: number): void {
    part.judge(now, this.#zero ?? now, this.#unseen);
    this.#announce(part.judgements);
  }

  /** Judges what is new of these customers' devices, and what all of these show together. */
  #judgeCustomers(customers: ReadonlySet<string | undefined>, now: number): void {
    const neighbours = [...this.#parts.values()].filter(({ customerId }) => customers.has(customerId));
    for (const part of neighbours) if (part.isDirty) this.#judge(part, now);
    const end = now - (this.#zero ?? now);
    const watched = neighbours.flatMap(({ placed }) => (placed ? watchUntil(placed, end) : []));
    const together = judgeTogether(watched, this.#policy);
    this.#share(neighbours, together);
    this.#announce(together);
  }

  #share(parts: readonly LivePart[], together: readonly Judgement[]): void {
    const byOwner = new Map<string, Judgement[]>(parts.map(({ owner }) => [owner, []]));
    for (const judgement of together) byOwner.get(judgement.placed.device.name)?.push(judgement);
    for (const part of parts) part.together = byOwner.get(part.owner) ?? [];
  }

  #isTooMuch({ count, size }: LivePart, share: number): boolean {
    const { entriesOfOne, characters } = this.#bounds;
    return count > entriesOfOne * share || size > (characters / 8) * share;
  }

  /** Forgets of one device what has come to nothing, or all where that is too little. */
  #forget(part: LivePart, now: number): void {
    this.#judgeCustomers(new Set([part.customerId]), now);
    this.#changing(part, () => part.forgetSettled(now));
    if (this.#isTooMuch(part, 1 / 2)) this.#letGo(part);
  }

  #makeRoom(now: number): void {
    const { entries, characters } = this.#bounds;
    while (this.#held.entries > entries || this.#held.characters > characters) {
      const [quietest] = this.#parts.values();
      if (!quietest) return;
      this.#judge(quietest, now);
      this.#letGo(quietest);
    }
  }

  /** Its verdict stands, its part of the conversation is forgotten. */
  #letGo(part: LivePart): void {
    this.#changing(part, () => {
      const gone = part.leave();
      if (gone) this.#gone.set(part.owner, gone);
    });
    this.#parts.delete(part.owner);
  }

  #announce(judgements: readonly Judgement[]): void {
    for (const judgement of judgements) {
      const { rule: id, placed } = judgement;
      const rule = this.#rules.get(id);
      const key = `${id} ${placed.device.name}`;
      if (judgement.kind !== 'violated' || !rule || this.#known.has(key)) continue;
      this.#known.add(key);
      const { message, actual } = judgement.violation;
      const broken = { rule, device: placed.device.name, message: `${message} (${redact(actual)})` };
      if (this.broken.length < MOST_BROKEN) this.broken.push(broken);
      this.#found.push(broken);
    }
  }
}
