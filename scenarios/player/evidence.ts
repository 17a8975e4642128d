import { describeObservation } from './observation.ts';
import type { Observation } from './observation.ts';
import type { Expectation } from './expectations.ts';
import type { World } from './world.ts';

/** What meets an expectation: `index` is its place in the history, where it is a thing that happened. */
export interface Met {
  readonly came: string;
  readonly index?: number;
}

/**
 * Looks for what meets expectations. Each channel is read forwards only: what has met an expectation does not meet the
 * next one, and what the script does not mention is let pass.
 */
export class Evidence {
  readonly #history: readonly Observation[];
  readonly #world: World;
  readonly #cursors = new Map<string, number>();
  #floor = 0;

  constructor(history: readonly Observation[], world: World) {
    this.#history = history;
    this.#world = world;
  }

  /** @param used places that other expectations of the same step have taken. */
  find(expectation: Expectation, used?: ReadonlySet<number>): Met | undefined {
    if (expectation.type === 'state') {
      return expectation.holds(this.#world) ? { came: expectation.describe } : undefined;
    }
    const from = this.#cursors.get(expectation.channel) ?? this.#floor;
    for (let index = from; index < this.#history.length; index += 1) {
      const seen = this.#history[index]!;
      if (!used?.has(index) && expectation.sees(seen))
        return { came: describeObservation(seen) ?? '', index };
    }
    return undefined;
  }

  /** What came in a channel since the last thing there that the script has mentioned. */
  listUnused(expectation: Expectation): readonly Observation[] {
    if (expectation.type === 'state') return [];
    return this.#history.slice(this.#cursors.get(expectation.channel) ?? this.#floor);
  }

  /** Reads a channel on to behind what met the expectation. */
  use(expectation: Expectation, { index }: Met): void {
    if (expectation.type === 'state' || index === undefined) return;
    const { channel } = expectation;
    this.#cursors.set(channel, Math.max(index + 1, this.#cursors.get(channel) ?? 0));
  }

  /** What came before something was done is no answer to it. */
  forgetThePast(): void {
    this.#cursors.clear();
    this.#floor = this.#history.length;
  }
}
