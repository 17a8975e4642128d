/** Milliseconds that the player waits. */
export const PATIENCE = {
  /** For what a step expects, unless it says `within`. */
  step: 5_000,
  /** For a client that was just started to say that it is ready. */
  ready: 10_000,
  /** For a person to do what a step asks of the user. */
  person: 120_000,
} as const;
