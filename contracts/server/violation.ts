import type { TranscriptEntry } from '../../reports/result.ts';

/** What a violated rule looks like in words. */
export interface Finding {
  readonly rule: string;
  /** One sentence: what happened that must not, or did not that must. */
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
  /** Where in the transcript it shows. */
  readonly entry?: TranscriptEntry | undefined;
}

/** Ends a case at the first departure from the protocol. Caught by the runner and turned into data; never leaves it. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

/** Ends a case that did not get as far as the rule it is about: something else, with a rule of its own, failed before. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** Ends a case in which the harness could not keep its own timing: nothing is said about the subject. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}
