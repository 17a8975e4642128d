import type { Finding } from '../trace/finding.ts';
import type { Trace } from '../trace/trace.ts';

/** What the subject must show for a rule to be judged at all, beyond what passes over the wire. */
export type Sight = 'playback' | 'limit' | 'taken-over' | 'page' | 'status' | 'press';

/** The times that a trace is measured by, in milliseconds. */
export interface Yardstick {
  /** What still counts as at once: a fixed time, or more where the subject's round trip is long. */
  readonly promptly: number;
  /** How long playback may go on after the connection was lost (5.28). */
  readonly grace: number;
  /** The deadline for PONG (5.17). */
  readonly pong: number;
  /** How long one must look on before it counts that something did not happen. */
  readonly watch: number;
}

export const YARDSTICK: Yardstick = Object.freeze({
  promptly: 1_000,
  grace: 5_000,
  pong: 5_000,
  watch: 1_500,
});

/** Judges one rule on what happened in a case. Pure: a trace in, a finding out. */
export interface Monitor {
  /** The rule's id. */
  readonly rule: string;
  readonly needs?: Sight;
  check(trace: Trace, yardstick: Yardstick): Finding;
}
