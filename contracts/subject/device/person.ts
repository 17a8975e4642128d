/** How a question or an instruction ended: as hoped, or because the person wants the next situation, or no more. */
export type Reply<Kind extends string> = Kind | 'skip' | 'quit';

/** Somebody who sits before a device: acts for the harness, and looks for it. */
export interface Person {
  say(text: string): void;
  /** Asks what only a person can see. */
  ask(question: string): Promise<Reply<'yes' | 'no'>>;
  /**
   * Tells the person what to do. Resolves with `seen` as soon as the signal aborts, since the wire shows that it is
   * done, or with `done` where the person says so.
   */
  tell(instruction: string, seen: AbortSignal): Promise<Reply<'seen' | 'done'>>;
}
