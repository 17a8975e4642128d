import { readConversation } from '../trace/conversation.ts';
import type { Finding } from '../trace/finding.ts';
import { readPermissions } from '../trace/permission.ts';
import { isCommand } from '../trace/session.ts';
import { responds } from '../trace/temporal.ts';
import type { Trace } from '../trace/trace.ts';
import { DISABLED_MONITORS } from './disabled.ts';
import type { Monitor, Yardstick } from './monitor.ts';
import { findWrongStarts, judgeStops, readPlayback } from './playback.ts';
import type { WrongStart } from './playback.ts';

const PROGRESS: Record<WrongStart['stage'], string> = {
  'no-request': 'it had not asked for a session',
  'no-answer': 'its request had no answer yet',
  refused: 'its request had been refused',
  'not-connected': 'a session was granted, but no connection was open',
  connected: 'its connection was open, but no OK had come',
  message: 'other messages had come, but no OK',
};

/** Judges starts of playback of one sort; `exercised` counts how often such a start was possible. */
function judgeStarts(
  trace: Trace,
  yardstick: Yardstick,
  exercised: number,
  isMeant: (start: WrongStart) => boolean,
  expected: string,
): Finding {
  const violations = findWrongStarts(trace, yardstick)
    .filter(isMeant)
    .map(({ event, stage }) => ({
      message: 'The client played without permission.',
      expected,
      actual: `it played when ${PROGRESS[stage]}`,
      event,
    }));
  return { exercised: Math.max(exercised, violations.length), violations };
}

function grantedCount(trace: Trace): number {
  return readConversation(trace).exchanges.filter(({ meaning }) => meaning === 'granted').length;
}

/** PROTOCOL.md section 5, The gate. */
export const GATE_MONITORS: readonly Monitor[] = [
  {
    // 5.9: A client MUST send REQUESTED as the first message on every connection it opens, as soon as that is open.
    rule: 'client/gate/requested-first',
    check(trace, { promptly }) {
      const links = readConversation(trace).links.filter(({ open }) => open !== undefined);
      const wrong = links.filter(({ said }) => said[0] && said[0].action !== 'REQUESTED');
      const late = responds(trace, {
        triggers: links.filter((link) => !wrong.includes(link)),
        answered: ({ said }) => said[0]?.at,
        excused: ({ close, at }) => close?.at ?? leftAfter(trace, at),
        within: promptly * 2,
        event: ({ open }) => open,
        words: () => ({
          message: 'A connection was open, and the client did not say REQUESTED.',
          expected: 'REQUESTED as soon as the connection is open',
          actual: 'nothing was said',
        }),
      });
      return {
        exercised: late.exercised + wrong.length,
        violations: [
          ...late.violations,
          ...wrong.map(({ said }) => ({
            message: 'The first message on a connection is not REQUESTED.',
            expected: '{"action":"REQUESTED"}',
            actual: said[0]?.raw ?? '',
            event: said[0],
          })),
        ],
      };
    },
  },
  {
    // 5.10: A client MUST NOT play before it is connected and has received OK on that connection.
    rule: 'client/gate/no-play-before-ok',
    needs: 'playback',
    check: (trace, yardstick) =>
      judgeStarts(
        trace,
        yardstick,
        grantedCount(trace),
        ({ after, stopped, stage }) =>
          after !== 'lost' && after !== 'FINISHED' && !stopped && stage !== 'refused',
        'no playback before OK',
      ),
  },
  {
    // 5.14: A client MUST NOT start playback upon any other message than OK.
    rule: 'client/gate/only-ok-starts',
    needs: 'playback',
    check(trace, yardstick) {
      const waiting = readConversation(trace).links.filter(
        ({ told }) => told[0] !== undefined && told[0].action !== 'OK',
      );
      return judgeStarts(
        trace,
        yardstick,
        waiting.length,
        ({ stage, after, stopped }) => stage === 'message' && after === undefined && !stopped,
        'no message but OK to start playback',
      );
    },
  },
  {
    // 5.6: On any other answer, and when there is no answer, a client MUST NOT play.
    rule: 'client/gate/no-play-when-refused',
    needs: 'playback',
    check(trace, yardstick) {
      const { exchanges } = readConversation(trace);
      const refused = exchanges.filter(
        ({ meaning, at }) =>
          (meaning === undefined || meaning === 'refused' || meaning === 'limit') &&
          trace.end - at >= yardstick.promptly,
      );
      return judgeStarts(
        trace,
        yardstick,
        refused.length,
        ({ stage, after }) => after === undefined && (stage === 'refused' || stage === 'no-answer'),
        'no playback, since no session was granted',
      );
    },
  },
  {
    // 5.4: A client MUST take an answer for a grant only if its status is 200 and its body has a string endpoint.
    rule: 'client/gate/grant-needs-200',
    check(trace, { promptly }) {
      const { exchanges, links } = readConversation(trace);
      const refused = exchanges.filter(({ meaning }) => meaning === 'refused' || meaning === 'limit');
      let exercised = 0;
      const violations = refused.flatMap(({ response }) => {
        const at = response?.at ?? 0;
        const next = exchanges.find((other) => other.at > at)?.at ?? trace.end;
        const link = links.find((other) => other.at > at && other.at < next);
        // A connection of an earlier session may come back meanwhile.
        const isNew = link && !links.some((other) => other.at < at && other.url === link.url);
        if (isNew || trace.end - at >= promptly) exercised += 1;
        if (!isNew) return [];
        return [
          {
            message: 'The client connected although no session was granted.',
            expected: 'no connection',
            actual: `after status ${response?.status} it connected to ${link.url}`,
            event: link.attempt,
          },
        ];
      });
      return { exercised, violations };
    },
  },
  {
    // 5.11: On OK a client that waits for it SHOULD start playing.
    rule: 'client/gate/plays-on-ok',
    needs: 'playback',
    check: (trace, { promptly }) =>
      responds(trace, {
        triggers: readPermissions(trace)
          .filter(({ by }) => by.kind === 'told')
          .map(({ from, by, end }) => ({ at: from, by, end })),
        answered: ({ at }) =>
          readPlayback(trace).find(({ from, until }) => (from <= at && until > at) || from >= at)?.from,
        excused: ({ end }) => end?.at,
        within: promptly * 3,
        event: ({ by }) => by,
        words: () => ({
          message: 'OK came, and the client did not play.',
          expected: 'playback',
          actual: 'none',
        }),
      }),
  },
  ...DISABLED_MONITORS,
  ...(['TAKE_OVER', 'TERMINATE', 'EXPIRED'] as const).map(
    // 5.13: A client MUST stop playing at once on TAKE_OVER, TERMINATE and EXPIRED.
    (action): Monitor => ({
      rule: `client/gate/stops-on-${action === 'TAKE_OVER' ? 'take-over' : action.toLowerCase()}`,
      needs: 'playback',
      check: (trace, { promptly }) =>
        judgeStops(trace, action, promptly, () => ({
          message: `The client played on after ${action}.`,
          expected: `playback stops within ${promptly} ms`,
        })),
    }),
  ),
  {
    // 5.28: When no new OK has come within the grace time (5 s), a client MUST stop playing until OK comes.
    rule: 'client/gate/stops-when-lost',
    needs: 'playback',
    check: (trace, { promptly, grace }) =>
      judgeStops(trace, 'lost', grace + promptly, () => ({
        message: 'The client played on without a connection.',
        expected: `playback stops ${grace} ms after the loss at the latest (the harness allows ${promptly} ms more)`,
      })),
  },
  {
    // 5.28: a client MUST stop playing until OK comes.
    rule: 'client/gate/resumes-after-ok',
    needs: 'playback',
    check(trace, yardstick) {
      const stopped = readPermissions(trace).filter(
        ({ end }) => end?.why === 'lost' && trace.end - end.at >= yardstick.grace,
      );
      return judgeStarts(
        trace,
        yardstick,
        stopped.length,
        ({ after, stopped: wanted }) => after === 'lost' && !wanted,
        'no playback before a new OK',
      );
    },
  },
];

function leftAfter({ events }: Trace, at: number): number | undefined {
  return events.find((event) => event.at >= at && isCommand(event, 'stop', 'reset', 'reload', 'exit'))?.at;
}
