import type { IncomingMessage, ServerResponse } from 'node:http';
import { driscPathOf } from '../protocol/drisc-path.ts';
import type { JournalSubject } from '../simulator/journal.ts';
import type { BodyRecorder } from './body-recorder.ts';
import type { EndpointBook } from './endpoint-book.ts';
import type { Target } from './target.ts';
import type { Traffic } from './traffic.ts';

/** What those who pass something on share. */
export interface PassParts {
  readonly target: Target;
  readonly traffic: Traffic;
  readonly endpoints: EndpointBook;
  /** Leaves the endpoint in a grant as it is: WebSockets then go past the proxy. */
  readonly keepEndpoint: boolean;
  /** Whether clients speak TLS with the proxy. */
  readonly isSecure: boolean;
}

/** A request on its way, as whoever passes its answer on sees it. */
export interface PassedExchange {
  readonly parts: PassParts;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** What has come of the answer's body. */
  readonly came: BodyRecorder;
  /** Begins the answer to the client. @param headers all that are not about the connection */
  begin(answer: IncomingMessage, headers: string[]): void;
  /** Writes the answer down, with as much of its body as has come. @param subject whose it is, beside the request's */
  writeAnswer(answer: IncomingMessage, subject?: JournalSubject): void;
  note(text: string, subject?: JournalSubject): void;
}

/** The bodies of requests to these paths are recorded; what else passes is only named. */
export function isDriscPath(path: string): boolean {
  return driscPathOf(path) !== undefined;
}
