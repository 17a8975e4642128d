/** The exit codes of every command; part of what users may lean on. */
export const EXIT = {
  /** The subject conforms, or the command did what it was asked. */
  ok: 0,
  doesNotConform: 1,
  /** A wrong flag, an unreadable or wrong file. */
  usage: 2,
  /** The subject cannot be reached, a port is busy, or nothing was exercised. */
  environment: 3,
  /** A fault of drisckit. */
  fault: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error for the user: printed as its message, without a stack, and the process ends with `exitCode`. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
