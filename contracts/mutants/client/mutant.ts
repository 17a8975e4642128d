import type { ReferenceClient } from './reference-client.ts';

/** A client with one fault, and the rule that must find it. */
export interface ClientMutant {
  readonly name: string;
  /** What is wrong with it, in one sentence. */
  readonly fault: string;
  /** The rule that it breaks: only a failure of this one counts as found. */
  readonly breaks: string;
  /** The reference client, but for the fault. */
  readonly client: typeof ReferenceClient;
}
