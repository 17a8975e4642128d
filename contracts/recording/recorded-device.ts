import type { TraceEvent } from '../trace/trace.ts';

/** What a recording does not show; a rule that needs it is not judged. */
export type Gap =
  /** Bodies of answers. */
  | 'answers'
  /** Frames of a connection. */
  | 'frames'
  /** How connections ended. */
  | 'closes'
  /** Which session a masked token belongs to. */
  | 'tokens'
  /** The endpoint as it was written. */
  | 'endpoint'
  /** The headers of requests. */
  | 'headers'
  /** How the session was granted: the recording began later. */
  | 'beginning';

/** One device's part of a conversation that was recorded elsewhere. */
export interface RecordedDevice {
  readonly name: string;
  /** True where the device recorded itself: what was told on a connection has then reached it. */
  readonly isOwnView?: boolean | undefined;
  /** Connections, by their `link`, whose client answered the server's close: all that was told before has reached it. */
  readonly heardOut?: ReadonlySet<number> | undefined;
  /** In order; `at` is in milliseconds since the epoch. */
  readonly events: readonly TraceEvent[];
  /** Events that were not recorded and stand for the last time that something was known. */
  readonly assumed: ReadonlySet<TraceEvent>;
  /** Whose session it is, where the recording says so beside the conversation itself. */
  readonly subject?:
    | {
        readonly customerId?: string | undefined;
        readonly offerId?: string | undefined;
        readonly sessionId?: string | undefined;
      }
    | undefined;
  /** Until when it was looked at, in milliseconds since the epoch; until its last event where left out. */
  readonly until?: number | undefined;
  /** PINGs that were answered at once are missing up to here, in milliseconds since the epoch: they were judged and forgotten. */
  readonly forgottenUntil?: number | undefined;
  /** What is missing, each with a sentence that says so. */
  readonly gaps: ReadonlyMap<Gap, string>;
}

/** A recording that cannot be read; the message names the file, the place and what was expected. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
