/** What was wrong with something that a person or a program handed to the reports. */
export type ReportErrorCode =
  /** A result that cannot be read. */
  | 'bad-result'
  /** A file of known failures that cannot be read. */
  | 'bad-known-failing'
  /** Results that do not belong together. */
  | 'bad-merge';

/** A file or a set of files that reports/ cannot use; the message names the place and what to do. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;

  constructor(code: ReportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
