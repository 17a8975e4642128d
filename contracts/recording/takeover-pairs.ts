import { readConversation } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { mergeFindings } from '../trace/finding.ts';
import { readSessions } from '../trace/session.ts';
import type { EventOf, Trace } from '../trace/trace.ts';
import { holdsId } from './endpoint-claims.ts';

/** What several devices' recordings show together about one takeover. */
export interface PairFinding {
  readonly rule: 'server/takeover/tell-victim' | 'server/takeover/new-name';
  /** The recording that the violations are in: the victim's. */
  readonly device: number;
  readonly finding: Finding;
}

/** How long the news may take to the victim, in milliseconds. */
const NEWS = 2_000;

/** Judges each takeover that was granted to one device, of a session that another recorded device held. */
export function judgeTakeovers(
  traces: readonly Trace[],
  /** The session that each trace is of, where the recording says so beside the conversation. */
  ids: readonly (string | undefined)[] = [],
): PairFinding[] {
  return traces.flatMap((taker) =>
    readConversation(taker).exchanges.flatMap(({ path, meaning, body, response }) => {
      const victim = body?.['sessionId'];
      if (!path.endsWith('/takeover') || meaning !== 'granted' || !response || typeof victim !== 'string')
        return [];
      return traces.flatMap((trace, device) =>
        trace === taker
          ? []
          : judgeVictim(
              { trace, device, isVictim: (endpoint) => ids[device] === victim || holdsId(endpoint, victim) },
              response.at,
              body?.['sessionName'],
            ),
      );
    }),
  );
}

interface Suspect {
  readonly trace: Trace;
  readonly device: number;
  readonly isVictim: (endpoint: string) => boolean;
}

function judgeVictim({ trace, device, isVictim }: Suspect, at: number, name: unknown): PairFinding[] {
  const session = readSessions(trace).find(({ endpoint }) => isVictim(endpoint));
  const link = session?.links.findLast((one) =>
    one.told.some((told) => told.action === 'OK' && told.at < at),
  );
  // A victim that had no connection, or whose recording ends before, cannot have been told.
  if (!link || (link.close && link.close.at < at - NEWS)) return [];
  const news = link.told.find((told) => told.action === 'TAKE_OVER');
  if (!news) {
    // The server may close instead; another's close may have kept the news away.
    const isDismissed = link.close?.by === 'server' && link.close.injected === undefined;
    const isCutShort = trace.end < at + NEWS || (link.close && link.close.at < at + NEWS);
    if (isCutShort && !isDismissed) return [];
    const violation: Violation = {
      message: 'A session was taken over, and its device was not told.',
      expected: 'TAKE_OVER to the connection of the victim',
      actual: isDismissed ? 'the server closes the connection without it' : `nothing within ${NEWS} ms`,
      event: link.told.at(-1),
    };
    return [
      { rule: 'server/takeover/tell-victim', device, finding: { exercised: 1, violations: [violation] } },
    ];
  }
  const told: Finding = { exercised: 1, violations: [] };
  return [
    { rule: 'server/takeover/tell-victim', device, finding: told },
    { rule: 'server/takeover/new-name', device, finding: mergeFindings([judgeName(news, name)]) },
  ];
}

function judgeName(news: EventOf<'told'>, name: unknown): Finding {
  const { sessionName } = JSON.parse(news.raw) as { sessionName?: unknown };
  if (sessionName === (name ?? '')) return { exercised: 1, violations: [] };
  const violation = {
    message: 'TAKE_OVER bears another name than that of the new session.',
    expected: JSON.stringify(name ?? ''),
    actual: JSON.stringify(sessionName) ?? 'no sessionName',
    event: news,
  };
  return { exercised: 1, violations: [violation] };
}
