import { findDrifts, formatDrift, heardIn } from '../generate/drift.ts';
import type { Heard } from '../generate/drift.ts';
import type { TranscriptEntry } from '../../reports/result.ts';
import type { Outcome } from '../verdict.ts';
import type { ConversationOutcome } from './conversation-run.ts';

/** What the cases of a run came to, as far as it has come. */
export class Tally {
  readonly outcomes: Outcome[] = [];
  readonly transitions: string[] = [];
  readonly pairs = new Set<string>();
  readonly #notes: string[] = [];
  readonly #recording: readonly Heard[] | undefined;
  #drifts: readonly string[] = [];

  /** @param recording what was heard when a replay was recorded, where this run is one. */
  constructor(recording?: readonly Heard[]) {
    this.#recording = recording;
  }

  get notes(): string[] {
    return [...this.#drifts, ...this.#notes];
  }

  /** Whether a rule was found broken. */
  get isBroken(): boolean {
    return this.outcomes.some(({ kind }) => kind === 'violated');
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** Holds what was said against the recording; of a case that is looked at again the last look counts. */
  compare(transcript: readonly TranscriptEntry[]): void {
    if (!this.#recording) return;
    const drifts = findDrifts(this.#recording, heardIn(transcript)).map(formatDrift);
    this.#drifts = drifts.length > 0 ? drifts : ['The server answered as in the recording.'];
  }

  cover({ transitions, pairs }: Pick<ConversationOutcome, 'transitions' | 'pairs'>): void {
    this.transitions.push(...transitions);
    for (const pair of pairs) this.pairs.add(pair);
  }
}
