import type { Place } from './scenario.ts';

/**
 * How a step ended. `not-observable`: the client shows too little; `not-reached`: the scenario was over before it.
 */
export type StepVerdict = 'pass' | 'fail' | 'not-observable' | 'not-reached';

export interface StepOutcome {
  /** As the file has it. */
  readonly text: string;
  readonly verdict: StepVerdict;
  /** What came, in words; for `not-observable` what is missing. */
  readonly came: string;
  /** Milliseconds that it took. */
  readonly took: number;
  readonly rules: readonly string[];
  readonly place?: Place | undefined;
}

/** One line of the conversation, in the order in which the simulator saw it. */
export interface TranscriptLine {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** `app`, or the device's key in the scenario. */
  readonly device: string;
  readonly kind: 'request' | 'response' | 'open' | 'frame' | 'close' | 'playback' | 'command' | 'note';
  /** `out` is from the device to the server. */
  readonly direction?: 'out' | 'in';
  readonly label: string;
  /** What was on the wire, tokens masked. */
  readonly raw?: string;
  /** The fault that was injected here. */
  readonly injected?: string;
  /** A fault swallowed it on its way. */
  readonly lost?: boolean;
  /** Whether the scenario failed here. */
  readonly offending?: boolean;
}

export interface ScenarioFailure {
  /** One sentence. */
  readonly message: string;
  readonly step: string;
  /** The place of the step among all that were played, from 1. */
  readonly number: number;
  readonly place?: Place | undefined;
  readonly expected: string;
  /** What came instead. */
  readonly actual: string;
}

/**
 * `not-exercised`: nobody connected, or nobody was there to do what the user does; `error`: the player or the script
 * is at fault, not the client.
 */
export type ScenarioVerdict = 'pass' | 'fail' | 'not-exercised' | 'error';

/** What playing a scenario against a client gave. */
export interface ScenarioOutcome {
  readonly scenario: string;
  readonly title: string;
  readonly why: string;
  readonly rules: readonly string[];
  readonly tags: readonly string[];
  readonly file?: string | undefined;
  readonly verdict: ScenarioVerdict;
  /** Why, where it is neither `pass` nor `fail`. */
  readonly reason?: string | undefined;
  readonly failure?: ScenarioFailure | undefined;
  readonly steps: readonly StepOutcome[];
  readonly transcript: readonly TranscriptLine[];
  /** What the client wrote to standard error, and lines of it that nobody understands. */
  readonly log: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
}
