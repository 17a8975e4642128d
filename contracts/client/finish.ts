import { SESSION_ENDING_ACTIONS } from '../../protocol/messages.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Link } from '../trace/conversation.ts';
import type { Finding } from '../trace/finding.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import { never, responds } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import type { Monitor } from './monitor.ts';
import { findWrongStarts, judgeStops } from './playback.ts';

/**
 * The connection on which a session was granted at a time: OK came, and nothing had ended it. What the user sees and what
 * is said on a connection come by two ways, so FINISHED may be here `late` milliseconds before its reason is.
 */
function grantedLink(trace: Trace, at: number, late: number): Link | undefined {
  return readConversation(trace).links.find(({ told, said, close }) => {
    const okAt = told.find(({ action }) => action === 'OK')?.at;
    const finishedAt = said.find(({ action }) => action === 'FINISHED')?.at;
    const overAt = Math.min(
      told.find(({ action }) => SESSION_ENDING_ACTIONS.has(action))?.at ?? Infinity,
      finishedAt === undefined ? (close?.at ?? Infinity) : finishedAt + late,
    );
    return okAt !== undefined && okAt <= at && overAt >= at;
  });
}

/** Judges that FINISHED follows on each of these events while a session is granted. */
function judgeFinished(
  trace: Trace,
  triggers: readonly TraceEvent[],
  promptly: number,
  when: string,
): Finding {
  const meant = triggers.flatMap((event) => {
    const link = grantedLink(trace, event.at, promptly);
    return link ? [{ at: event.at, event, link }] : [];
  });
  return responds(trace, {
    triggers: meant,
    answered: ({ link }) => link.said.find(({ action }) => action === 'FINISHED')?.at,
    excused: ({ link }) => (link.close?.by === 'client' ? undefined : link.close?.at),
    within: promptly * 2,
    event: ({ link, event }) => link.close ?? event,
    words: ({ link }) => ({
      message: `The client did not say FINISHED ${when}.`,
      expected: '{"action":"FINISHED"} before the connection is closed',
      actual: link.close ? `the connection was closed with ${link.close.code} without it` : 'no FINISHED',
    }),
  });
}

function finishedEvents(trace: Trace): EventOf<'said'>[] {
  return eventsOf(trace, 'said').filter(({ action }) => action === 'FINISHED');
}

/** PROTOCOL.md section 5, Finish. */
export const FINISH_MONITORS: readonly Monitor[] = [
  {
    // 5.20: A client MUST send FINISHED when the user stops it.
    rule: 'client/finish/at-stop',
    check: (trace, { promptly }) =>
      judgeFinished(
        trace,
        trace.events.filter((event) => isCommand(event, 'stop')),
        promptly,
        'when the user stopped',
      ),
  },
  {
    // 5.20: A client MUST send FINISHED when the stream ends.
    rule: 'client/finish/at-end',
    check: (trace, { promptly }) =>
      judgeFinished(trace, eventsOf(trace, 'ended'), promptly, 'when the stream ended'),
  },
  {
    // 5.21: After FINISHED a client MUST forget the endpoint; playing again needs a new session.
    rule: 'client/finish/new-session',
    check(trace, { promptly }) {
      const starts = trace.events.filter((event) => {
        const last = readSessions(trace).findLast(({ at }) => at < event.at);
        return isCommand(event, 'start') && (last?.finishedAt ?? Infinity) < event.at;
      });
      return responds(trace, {
        triggers: starts,
        answered: ({ at }) => readConversation(trace).exchanges.find((exchange) => exchange.at > at)?.at,
        within: promptly * 3,
        event: (event) => event,
        words: () => ({
          message: 'The user pressed play again, and the client asked for no new session.',
          expected: 'POST /sessions',
          actual: 'no request',
        }),
      });
    },
  },
  {
    // 5.22: After FINISHED a client MUST NOT play.
    rule: 'client/finish/no-play-after',
    needs: 'playback',
    check(trace, yardstick) {
      const words = (): { message: string; expected: string } => ({
        message: 'The client played on after the session was over.',
        expected: `playback stops within ${yardstick.promptly} ms`,
      });
      const after = (['FINISHED', 'stop'] as const).map((why) =>
        judgeStops(trace, why, yardstick.promptly, words),
      );
      const again = findWrongStarts(trace, yardstick).filter(
        ({ after: last, stopped }) => last === 'FINISHED' || (last === 'stop' && stopped),
      );
      return {
        exercised: after.reduce((sum, { exercised }) => sum + exercised, again.length),
        violations: [
          ...after.flatMap(({ violations }) => violations),
          ...again.map(({ event }) => ({
            message: 'The client played again after FINISHED, with no new session.',
            expected: 'no playback',
            actual: 'playback',
            event,
          })),
        ],
      };
    },
  },
  {
    // 5.22: After FINISHED a client MUST NOT send anything more on that connection.
    rule: 'client/finish/nothing-after',
    check: (trace, { watch }) =>
      never(trace, {
        after: finishedEvents(trace),
        match: (event): event is EventOf<'said'> =>
          event.kind === 'said' &&
          finishedEvents(trace).some(({ link, at }) => link === event.link && at < event.at),
        watch: watch / 3,
        words: ({ raw }) => ({
          message: 'The client said something after FINISHED.',
          expected: 'nothing more on this connection',
          actual: raw,
        }),
      }),
  },
  {
    // 5.22: After FINISHED a client MUST NOT connect again to that endpoint.
    rule: 'client/finish/no-return',
    check(trace, { watch }) {
      const { links } = readConversation(trace);
      return never(trace, {
        after: finishedEvents(trace),
        match: (event): event is EventOf<'attempt'> =>
          event.kind === 'attempt' &&
          finishedEvents(trace).some(
            ({ link, at }) =>
              at < event.at && links.find(({ attempt }) => attempt.link === link)?.url === event.url,
          ),
        watch: watch / 2,
        words: ({ url }) => ({
          message: 'The client connected again to the endpoint of a session that it had finished.',
          expected: 'no connection to this endpoint',
          actual: `an attempt at ${url}`,
        }),
      });
    },
  },
  {
    // 5.23: After FINISHED a client SHOULD close the connection when the server has not done so within 1 s.
    rule: 'client/finish/closes',
    check(trace, { promptly }) {
      // A recording that began later has the end of a connection, and not how it was opened.
      const closes = eventsOf(trace, 'close');
      return responds(trace, {
        triggers: finishedEvents(trace),
        answered: ({ link }) => {
          const close = closes.find((one) => one.link === link);
          return close?.by === 'server' ? undefined : close?.at;
        },
        excused: ({ link }) => closes.find((one) => one.link === link)?.at,
        within: 1_000 + promptly,
        event: (event) => event,
        words: () => ({
          message: 'The client left its connection open after FINISHED.',
          expected: 'the client closes it about 1 s after FINISHED',
          actual: 'it is still open',
        }),
      });
    },
  },
  {
    // 5.24: A client MUST stop its attempts to connect, or connect once more to send REQUESTED and FINISHED.
    rule: 'client/finish/stop-while-lost',
    check: judgeStopWhileLost,
  },
  {
    // 5.25: When the user stops before OK, a client MUST NOT play when OK comes.
    rule: 'client/finish/no-play-after-stop',
    needs: 'playback',
    check(trace, yardstick) {
      const late = lateOks(trace);
      const violations = findWrongStarts(trace, yardstick)
        .filter(({ stopped, after }) => stopped && after === undefined)
        .map(({ event }) => ({
          message: 'The user had stopped, and the client played when OK came.',
          expected: 'no playback',
          actual: 'playback',
          event,
        }));
      return { exercised: Math.max(late.length, violations.length), violations };
    },
  },
  {
    // 5.25: and SHOULD send FINISHED then.
    rule: 'client/finish/frees-late-grant',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: lateOks(trace),
        answered: ({ link, at }) =>
          eventsOf(trace, 'said').find(
            (event) => event.link === link && event.action === 'FINISHED' && event.at >= at,
          )?.at,
        within: promptly * 2,
        event: (event) => event,
        words: () => ({
          message: 'OK came after the user had stopped, and the client did not free the slot.',
          expected: '{"action":"FINISHED"}',
          actual: 'no FINISHED',
        }),
      }),
  },
];

/** OKs that came when the user had stopped already, on connections that were still open. */
function lateOks(trace: Trace): EventOf<'told'>[] {
  return eventsOf(trace, 'told').filter(({ action, at, link }) => {
    if (action !== 'OK') return false;
    const last = trace.events.findLast((event) => event.at < at && isCommand(event, 'start', 'stop'));
    const heard = readConversation(trace).links.find(({ attempt }) => attempt.link === link);
    const early = heard?.told.some((told) => told.action === 'OK' && told.at < at);
    const gone = heard?.close !== undefined && heard.close.at < at;
    return last !== undefined && isCommand(last, 'stop') && !early && !gone;
  });
}

function judgeStopWhileLost(trace: Trace, { promptly, watch }: { promptly: number; watch: number }): Finding {
  const sessions = readSessions(trace);
  const findings = sessions.flatMap((session): Finding[] => {
    const stop = trace.events.find((event) => event.at > session.at && isCommand(event, 'stop'));
    const before = session.links.filter(({ at }) => stop && at <= stop.at);
    const last = before.at(-1);
    const lost = stop && last && (last.close?.at ?? last.refused?.at ?? Infinity) < stop.at;
    const finished = before.some(({ said }) => said.some(({ action }) => action === 'FINISHED'));
    const over = session.end && stop && session.end.at < stop.at;
    if (!stop || !lost || finished || over || trace.end - stop.at < watch) return [];
    const next =
      trace.events.find((event) => event.at > stop.at && isCommand(event, 'start'))?.at ?? Infinity;
    const later = session.links.filter(({ at }) => at > stop.at + promptly / 4 && at < next);
    const useless = later.filter(
      ({ said, open }) => open && !said.some(({ action }) => action === 'FINISHED'),
    );
    const heldOn = useless.find(
      ({ told, at }) => told.some(({ action }) => action === 'OK') && trace.end - at > promptly,
    );
    const culprit = later[1] ?? heldOn;
    if (!culprit) return [{ exercised: 1, violations: [] }];
    return [
      {
        exercised: 1,
        violations: [
          {
            message: 'The user stopped while the connection was lost, and the client came back.',
            expected: 'no attempt, or one that says REQUESTED and FINISHED',
            actual: later.length > 1 ? `${later.length} attempts` : 'a connection without FINISHED',
            event: culprit.attempt,
          },
        ],
      },
    ];
  });
  return {
    exercised: findings.length,
    violations: findings.flatMap(({ violations }) => violations),
  };
}
