import { redact } from '../../simulator/redact.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange } from '../trace/conversation.ts';
import { mergeFindings } from '../trace/finding.ts';
import type { Finding } from '../trace/finding.ts';
import { readPermissions } from '../trace/permission.ts';
import { responds } from '../trace/temporal.ts';
import type { Trace, TraceEvent } from '../trace/trace.ts';
import type { Monitor, Yardstick } from './monitor.ts';
import { readPlayback } from './playback.ts';

/** An answer that says disabled, as it should be, or with an endpoint as well, which no server may give (5.60). */
type Sort = 'plain' | 'with-endpoint';

/** PROTOCOL.md section 5, The gate, while DRISC is switched off. */
export const DISABLED_MONITORS: readonly Monitor[] = [
  {
    // 5.12: When DRISC is disabled, a client SHOULD play as if the session had been granted.
    rule: 'client/gate/plays-when-disabled',
    needs: 'playback',
    check: (trace, yardstick) => judgePlayback(trace, yardstick, 'plain'),
  },
  {
    // 5.12: When DRISC is disabled, a client MUST NOT open a connection.
    rule: 'client/gate/no-connection-when-disabled',
    check: (trace, yardstick) => judgeConnections(trace, yardstick, 'plain'),
  },
  {
    // 5.60: a client SHOULD take it for disabled, play, and connect nowhere.
    rule: 'client/gate/disabled-with-endpoint',
    needs: 'playback',
    check: (trace, yardstick) =>
      mergeFindings([
        judgeConnections(trace, yardstick, 'with-endpoint'),
        judgePlayback(trace, yardstick, 'with-endpoint'),
      ]),
  },
];

function isOfSort({ meaning, disabledEndpoint }: Exchange, sort: Sort): boolean {
  return meaning === 'disabled' && (disabledEndpoint !== undefined) === (sort === 'with-endpoint');
}

function judgePlayback(trace: Trace, { promptly }: Yardstick, sort: Sort): Finding {
  const { exchanges } = readConversation(trace);
  const isMeant = (event: TraceEvent): boolean =>
    exchanges.some((exchange) => exchange.response === event && isOfSort(exchange, sort));
  return responds(trace, {
    triggers: readPermissions(trace)
      .filter(({ by }) => isMeant(by))
      .map(({ from, by, end }) => ({ at: from, by, end })),
    answered: ({ at }) => readPlayback(trace).find(({ until }) => until > at)?.from,
    excused: ({ end }) => end?.at,
    within: promptly * 3,
    event: ({ by }) => by,
    words: ({ by }) => ({
      message: 'DRISC is disabled, and the client did not play.',
      expected: 'playback',
      actual: `none after ${by.kind === 'response' ? redact(by.body) : ''}`,
    }),
  });
}

function judgeConnections(trace: Trace, { promptly }: Yardstick, sort: Sort): Finding {
  const { exchanges, links } = readConversation(trace);
  const disabled = exchanges.filter(
    (exchange) => isOfSort(exchange, sort) && trace.end - (exchange.response?.at ?? 0) >= promptly,
  );
  const violations = disabled.flatMap(({ response }) => {
    const link = links.find(({ at }) => at > (response?.at ?? 0));
    if (!link) return [];
    return [
      {
        message: 'DRISC is disabled, and the client opened a connection.',
        expected: 'no connection',
        actual: `a connection to ${link.url}`,
        event: link.attempt,
      },
    ];
  });
  return { exercised: disabled.length, violations };
}
