import type { StartCommand } from '../../protocol/driver-protocol.ts';
import type { ClientSubject } from '../../scenarios/client-subject.ts';
import type { Sight } from '../client/monitor.ts';
import type { Pace } from '../client/pace.ts';
import type { Stage } from '../client/stage/stage.ts';

/** What a case offers to the client that it is played with. */
export interface CasePorts {
  readonly stage: Stage;
  readonly pace: Pace;
  /** What the user will ask for first, once the base URL is known. */
  readonly request: (baseUrl: string) => StartCommand;
}

/** A client that is ready for one case. */
export interface ClientLease {
  readonly subject: ClientSubject;
  /** Where the client finds the server of the case. */
  readonly baseUrl: string;
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
  /** How many cases may run at once. */
  readonly lanes: number;
  /** Whether its time is virtual, so that long situations cost nothing. */
  readonly virtual: boolean;
  /** How the time of a case passes. */
  createPace(): Pace;
  /** Opens a way to the stage of a case and gives a client that is ready to go it. @throws {SubjectError} */
  take(ports: CasePorts): Promise<ClientLease>;
  close(): Promise<void>;
}
