/** Counts what is being carried out, so that one can wait until nothing is. */
export class WorkInHand {
  readonly #under = new Set<Promise<void>>();

  /** Gives the promise back, and remembers it until it is settled. */
  add<Result>(work: Promise<Result>): Promise<Result> {
    const forget = (): void => void this.#under.delete(done);
    const done: Promise<void> = work.then(forget, forget);
    this.#under.add(done);
    return work;
  }

  /** Resolves when all that was added, also in the meantime, is settled. */
  async idle(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
  }
}
