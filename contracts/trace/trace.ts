import type { ActiveSession } from '../../protocol/http-bodies.ts';
import type { DriverCommand } from '../../protocol/driver-protocol.ts';

/** The least time between two events, in milliseconds. */
export const INSTANT = 0.001;

/** What happened, as the server and the user saw it. Bytes are as on the wire, tokens and all. */
export type TraceFact =
  | {
      kind: 'request';
      exchange: number;
      method: string;
      /** Path and query as the client wrote them. */
      target: string;
      headers: Readonly<Record<string, string>>;
      body: string;
    }
  /** The server has begun to answer; `status` 0 means that it dropped the connection instead. */
  | { kind: 'response'; exchange: number; status: number; body: string }
  /** The client tries to open a WebSocket. `url` is absolute. */
  | { kind: 'attempt'; link: number; url: string }
  /** The attempt came to nothing; `status` 0 means that there was no answer. */
  | { kind: 'refused'; link: number; status: number }
  | { kind: 'open'; link: number }
  /** A frame of the client. `raw` is the text, or base64 where `binary` is true. */
  | { kind: 'said'; link: number; raw: string; binary: boolean; action?: string | undefined }
  /** A frame of the server. */
  | { kind: 'told'; link: number; raw: string; binary: boolean; action?: string | undefined }
  /** The connection is over for one side: the server's close frame left, the client's came, or it broke. */
  | { kind: 'close'; link: number; by: 'client' | 'server' | 'network'; code: number }
  /** The user did something. */
  | { kind: 'command'; command: DriverCommand }
  /** The rest is what the user sees. */
  | { kind: 'ready' }
  | { kind: 'playback'; playing: boolean; seenBy?: 'person' | undefined }
  /** The stream came to its end by itself. */
  | { kind: 'ended' }
  | {
      kind: 'limit';
      takeover: boolean;
      sessions: readonly ActiveSession[];
      seenBy?: 'person' | undefined;
    }
  | { kind: 'taken-over'; by?: string | undefined; seenBy?: 'person' | undefined }
  | { kind: 'error'; message: string }
  /** Something in the page did what only a script can do. */
  | { kind: 'unsafe'; what: string }
  | { kind: 'exited'; code: number | null }
  /** What the harness did, in words: `tv: takes the session over`. */
  | { kind: 'deed'; actor: string; text: string };

/** One event: `at` is in milliseconds since the case began. */
export type TraceEvent = TraceFact & {
  readonly at: number;
  /** The fault that made this happen, where it was no behaviour of the protocol. */
  readonly injected?: string | undefined;
};

/** The event of one kind. */
export type EventOf<Kind extends TraceFact['kind']> = Extract<TraceEvent, { kind: Kind }>;

/** What a monitor reads: all that happened in one case, in order, until the harness stopped looking. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  /** Milliseconds since the case began. */
  readonly end: number;
  /** False where nobody can tell the client what its user does: it plays once, from its environment. */
  readonly driven?: boolean | undefined;
}

/** The events of one kind, in order. */
export function eventsOf<Kind extends TraceFact['kind']>(trace: Trace, kind: Kind): EventOf<Kind>[] {
  return trace.events.filter((event): event is EventOf<Kind> => event.kind === kind);
}
