/** Why a subject could not be put to the test at all. */
export type SubjectErrorCode =
  'NotStarted' | 'NotReady' | 'NoToken' | 'NoBrowser' | 'NoPage' | 'BadModule' | 'BadDriver';

/** A subject that cannot be attached: it does not start, or does not do what attaching takes. Not a verdict on it. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError';
  readonly code: SubjectErrorCode;

  constructor(code: SubjectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
