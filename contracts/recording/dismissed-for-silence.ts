import { SESSION_ENDING_ACTIONS } from '../../protocol/messages.ts';
import type { Yardstick } from '../client/monitor.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import type { Trace } from '../trace/trace.ts';

/** How much sooner than its deadline a server's close may show elsewhere: PING and close travel, too. Milliseconds. */
const TRAVEL = 100;

/**
 * A server that closes for want of a PONG does so at the deadline, so nobody ever sees the client miss it: the close itself
 * shows that the client had all its time (5.15). Whether the PING reached it is another question (`doubtArrival`).
 */
export function judgeDismissals(trace: Trace, { pong }: Yardstick): Finding {
  const violations = readConversation(trace).links.flatMap(({ told, said, close }): Violation[] => {
    if (close?.by !== 'server' || close.injected !== undefined) return [];
    const ping = told.find(
      ({ action, at, injected }) =>
        action === 'PING' &&
        injected === undefined &&
        close.at - at >= pong - TRAVEL &&
        !said.some((one) => one.at > at && one.action !== undefined),
    );
    const news = told.some(({ action }) => SESSION_ENDING_ACTIONS.has(action));
    if (!ping || news) return [];
    return [
      {
        message: 'A PING was not answered.',
        expected: `PONG on the same connection within ${pong} ms`,
        actual: `not a word until the server closed the connection after ${Math.round(close.at - ping.at)} ms`,
        event: ping,
      },
    ];
  });
  return { exercised: violations.length, violations };
}
