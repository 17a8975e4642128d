import type { DriverCommand, DriverEvent } from '../protocol/driver-protocol.ts';

/** What came from a client under test beside the wire: an event of the driver protocol, or news of the process. */
export type SubjectEvent =
  | DriverEvent
  /** Something in a page did what only a script can do. */
  | { event: 'unsafe'; what: string }
  /** A line on standard error. */
  | { event: 'log'; line: string }
  /** A line on standard output that is no event of the driver protocol. */
  | { event: 'bad-line'; line: string; problem: string }
  /** The client is gone; nothing more comes. */
  | { event: 'exited'; code: number | null; signal: string | null };

/**
 * A client under test, however it is attached: a process, an object in this process, a browser page, or a person with
 * a device. Events may come at any time; `subscribe` before the first command.
 */
export interface ClientSubject extends AsyncDisposable {
  /** What a report calls it, such as the command line. */
  readonly name: string;
  /** Whether it speaks the driver protocol; without it only the wire shows what it does. */
  readonly driven: boolean;
  /**
   * Whether its playback is seen, where that is not told by whether it is driven: a page shows it though nobody drives it,
   * and an app that a test drives may show nothing.
   */
  readonly showsPlayback?: boolean;
  /**
   * Resolves when the user has done it; `false` where the client leaves its user no way to, such as a page without a
   * button for it.
   * @param begin is called at the moment when the user does it, since finding out how may take a while.
   */
  send(command: DriverCommand, begin?: () => void): Promise<boolean>;
  /** Takes the client off the network by means of its own, or back; a process has none. */
  setOnline?(online: boolean): Promise<void>;
  /** Calls `listener` with each event; the result takes it off again. */
  subscribe(listener: (event: SubjectEvent) => void): () => void;
  /** Ends the client: asks first, then insists. */
  close(): Promise<void>;
}
