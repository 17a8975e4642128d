import type { StartCommand } from '../../protocol/driver-protocol.ts';
import type { ClientSubject } from '../../scenarios/client-subject.ts';
import type { Sight } from '../client/monitor.ts';
import type { Pace } from '../client/pace.ts';
import type { Awaitable, Situation } from '../client/situation.ts';
import type { Stage } from '../client/stage/stage.ts';
import type { Recorder } from '../trace/recorder.ts';

/** What a case offers to the client that it is played with. */
export interface CasePorts {
  readonly stage: Stage;
  readonly pace: Pace;
  readonly recorder: Recorder;
  readonly situation: Situation;
  /** What the user will ask for first, once the base URL is known. */
  readonly request: (baseUrl: string) => StartCommand;
}

/** A client that is ready for one case. */
export interface ClientLease {
  readonly subject: ClientSubject;
  /** Where the client finds the server of the case. */
  readonly baseUrl: string;
  /** What its user will ask for, where that is not what the case would have. */
  readonly asks?: StartCommand | undefined;
  /** Has a person look at what the harness has just waited for. */
  readonly look?: ((what: Awaitable) => Promise<void>) | undefined;
  /** Whether a person left the case before its end. */
  readonly left?: (() => boolean) | undefined;
  /** Its standard error since the case began. */
  log(): string[];
  /** Ends the case for the client: it forgets everything, or ends. */
  release(): Promise<void>;
}

/** How a client under test is attached: it gives one client after the other, or several at once. */
export interface AttachedClient extends AsyncDisposable {
  /** What a report calls it, such as the command line. */
  readonly name: string;
  /** Whether it can be told what its user does. */
  readonly driven: boolean;
  /** What of it can be seen beside the wire. */
  readonly sights: ReadonlySet<Sight>;
  /** Who sees what passes over no wire, where it is not the client itself that tells. */
  readonly witness?: 'person' | undefined;
  /** What its user does that it has no function for; all is there unless told. */
  readonly lacks?: ReadonlySet<string> | undefined;
  /** What it is put through where it is not the whole catalogue. */
  readonly situations?: readonly Situation[] | undefined;
  /** Aborts when the run is to end early. */
  readonly quit?: AbortSignal | undefined;
  /** How many cases may run at once. */
  readonly lanes: number;
  /** Whether its time is virtual, so that long situations cost nothing. */
  readonly virtual: boolean;
  /** How the time of a case passes. */
  createPace(): Pace;
  /** Opens a way to the stage of a case and gives a client that is ready to go it. @throws {SubjectError} */
  take(ports: CasePorts): Promise<ClientLease>;
  /** What a report should say of how it was attached, after the run. */
  notes?(): readonly string[];
  close(): Promise<void>;
}
