import { SERVER_ACTIONS } from '../../protocol/messages.ts';
import { parseClientFrame } from '../../protocol/messages.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { isCommand, readSessions } from '../trace/session.ts';
import { never } from '../trace/temporal.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import type { Monitor, Yardstick } from './monitor.ts';
import { judgeStops, readPlayback } from './playback.ts';

type Told = EventOf<'told'>;

/** What a frame of the server is to a client. */
function sortFrame({ raw, binary }: Told): 'binary' | 'malformed' | 'unknown-action' | 'known' {
  if (binary) return 'binary';
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'malformed';
    const { action } = value as { action?: unknown };
    if (typeof action !== 'string') return 'malformed';
    return (SERVER_ACTIONS as readonly string[]).includes(action) ? 'known' : 'unknown-action';
  } catch {
    return 'malformed';
  }
}

/** Judges that a client goes on after these frames as if they had not come. */
function judgeIgnored(trace: Trace, frames: readonly Told[], { promptly }: Yardstick): Finding {
  let exercised = 0;
  const violations = frames.flatMap((frame): Violation[] => {
    const reaction = findReaction(trace, frame, promptly);
    if (reaction || trace.end - frame.at >= promptly / 2) exercised += 1;
    if (!reaction) return [];
    return [
      {
        message: 'The client did not ignore a message that it could not know.',
        expected: 'it goes on as before',
        actual: `${reaction.what}, after ${frame.raw.slice(0, 80)}`,
        event: reaction.event,
      },
    ];
  });
  return { exercised, violations };
}

/** The first thing that the client did in answer to a frame, and that nothing else explains. */
function findReaction(
  trace: Trace,
  frame: Told,
  promptly: number,
): { event: TraceEvent; what: string } | undefined {
  for (const event of trace.events.slice(trace.events.indexOf(frame) + 1)) {
    if (event.at > frame.at + promptly) return undefined;
    // From the next real cause on, what the client does has another reason.
    if (event.kind === 'told' && sortFrame(event) === 'known' && event.action !== 'PING') return undefined;
    if (event.kind === 'command' || event.kind === 'deed') {
      if (event.kind === 'command' || event.actor !== 'server') return undefined;
    }
    if (event.kind === 'close') {
      return event.by === 'client' ? { event, what: 'it closed the connection' } : undefined;
    }
    if (event.kind === 'exited') return { event, what: 'it ended' };
    if (event.kind === 'playback') return { event, what: event.playing ? 'it played' : 'it stopped playing' };
    if (event.kind === 'said' && event.action !== 'PONG') return { event, what: `it said ${event.raw}` };
    if (event.kind === 'request') return { event, what: `it asked ${event.method} ${event.target}` };
  }
  return undefined;
}

function framesOf(trace: Trace, sort: ReturnType<typeof sortFrame>): Told[] {
  return eventsOf(trace, 'told').filter((frame) => sortFrame(frame) === sort && isSettled(trace, frame));
}

/** Whether the client knew where it stood when a frame came: playing, or waiting with nothing under way. */
function isSettled(trace: Trace, { link, at }: Told): boolean {
  const own = readConversation(trace).links.find(({ attempt }) => attempt.link === link);
  const last = own?.told.findLast((told) => told.at < at && sortFrame(told) === 'known');
  // Of a client that shows no playback, only what it does on the wire can be a reaction.
  const isUnseen = eventsOf(trace, 'playback').length === 0;
  const playing = isUnseen || readPlayback(trace).some(({ from, until }) => from < at && until > at);
  return last === undefined || last.action === 'PING' || (last.action === 'OK' && playing);
}

/** PROTOCOL.md section 5, Robustness. */
export const ROBUSTNESS_MONITORS: readonly Monitor[] = [
  // 5.50: A client MUST ignore messages with an unknown action, messages that are not a JSON object, and binary frames.
  ...(
    [
      ['client/robustness/unknown-action', 'unknown-action'],
      ['client/robustness/malformed-message', 'malformed'],
      ['client/robustness/binary-frame', 'binary'],
    ] as const
  ).map(([rule, sort]): Monitor => ({
    rule,
    check: (trace, yardstick) => judgeIgnored(trace, framesOf(trace, sort), yardstick),
  })),
  {
    // 5.51: A client MUST ignore members that it does not know, in messages and in HTTP bodies.
    rule: 'client/robustness/unknown-members',
    check: judgeUnknownMembers,
  },
  {
    // 5.52: A client MUST take a repeated OK without starting playback a second time or sending anything.
    rule: 'client/robustness/repeated-ok',
    check(trace, yardstick) {
      const repeated = readConversation(trace).links.flatMap(({ told, close, said }) => {
        const oks = told.filter(
          ({ action, at }) =>
            action === 'OK' && !told.some((last) => LAST_WORDS.has(last.action) && last.at < at),
        );
        const finishedAt = said.find(({ action }) => action === 'FINISHED')?.at ?? Infinity;
        return oks.slice(1).filter(({ at }) => at < finishedAt && at < (close?.at ?? Infinity));
      });
      const settled = repeated.filter(({ at }) => trace.end - at >= yardstick.promptly / 2);
      const violations = repeated.flatMap((frame): Violation[] => {
        const reaction = findReaction(trace, frame, yardstick.promptly);
        if (!reaction) return [];
        return [
          {
            message: 'The client did something about a second OK.',
            expected: 'nothing',
            actual: reaction.what,
            event: reaction.event,
          },
        ];
      });
      return { exercised: Math.max(settled.length, violations.length), violations };
    },
  },
  {
    // 5.53: A client MUST stop on a TAKE_OVER that has no sessionName.
    rule: 'client/robustness/nameless-take-over',
    needs: 'playback',
    check(trace, { promptly }) {
      const nameless = eventsOf(trace, 'told').some(
        ({ action, raw }) => action === 'TAKE_OVER' && !raw.includes('sessionName'),
      );
      if (!nameless) return { exercised: 0, violations: [] };
      return judgeStops(trace, 'TAKE_OVER', promptly, () => ({
        message: 'The client played on after a TAKE_OVER without a name.',
        expected: `playback stops within ${promptly} ms`,
      }));
    },
  },
  {
    // 5.54: A client MUST ignore whatever arrives on a connection that it has replaced or given up.
    rule: 'client/robustness/given-up-connection',
    needs: 'playback',
    check(trace, { promptly }) {
      const dead = readConversation(trace).links.flatMap(({ told, said }) => {
        const finishedAt = said.find(({ action }) => action === 'FINISHED')?.at ?? Infinity;
        return told.filter(({ at }) => at > finishedAt);
      });
      return never(trace, {
        after: dead.map(({ at }) => ({ at, until: Math.min(at + promptly, nextStart(trace, at)) })),
        match: (event): event is EventOf<'playback'> | EventOf<'taken-over'> =>
          (event.kind === 'playback' && event.playing) || event.kind === 'taken-over',
        watch: promptly / 2,
        words: (event) => ({
          message: 'A message on a connection that the client had given up had an effect.',
          expected: 'none',
          actual: event.kind === 'playback' ? 'playback' : 'the user was told of a takeover',
        }),
      });
    },
  },
  {
    // 5.55: A client MUST send no other messages than REQUESTED, PONG and FINISHED, each as one text frame with one JSON object.
    rule: 'client/robustness/speaks-cleanly',
    check(trace) {
      const said = eventsOf(trace, 'said');
      const violations = said.flatMap((event): Violation[] => {
        const parsed = parseClientFrame(event.binary ? Buffer.from(event.raw, 'base64') : event.raw);
        if (parsed.ok) return [];
        return [
          {
            message: 'The client sent something that is no message of the protocol.',
            expected: 'REQUESTED, PONG or FINISHED as the action of a JSON object, in a text frame',
            actual: parsed.problem,
            event,
          },
        ];
      });
      return { exercised: said.length, violations };
    },
  },
  {
    // 5.50: and go on playing.
    rule: 'client/robustness/survives',
    check(trace) {
      const exited = eventsOf(trace, 'exited')[0];
      const asked = trace.events.some((event) => isCommand(event, 'exit'));
      const acted = trace.events.some(({ kind }) => kind === 'request');
      if (!exited || asked || hasLeft(trace, exited)) return { exercised: acted ? 1 : 0, violations: [] };
      return {
        exercised: 1,
        violations: [
          {
            message: 'The client ended in the middle of it all.',
            expected: 'a client that lives',
            actual: `the process ended with ${exited.code ?? 'a signal'}`,
            event: exited,
          },
        ],
      };
    },
  },
];

const LAST_WORDS: ReadonlySet<string | undefined> = new Set([
  'TAKE_OVER',
  'TERMINATE',
  'EXPIRED',
  'FINISHED',
]);

function nextStart({ events, end }: Trace, at: number): number {
  return events.find((event) => event.at > at && isCommand(event, 'start'))?.at ?? end;
}

/** Whether a client that plays from its environment ended when there was nothing left to play (docs/driver-protocol.md). */
function hasLeft(trace: Trace, { at, code }: EventOf<'exited'>): boolean {
  if (trace.driven !== false || code === null) return false;
  const last = readConversation(trace).exchanges.findLast((exchange) => exchange.at <= at);
  switch (last?.meaning) {
    case 'granted':
      return readSessions(trace).some(
        ({ exchange, end }) => exchange === last && (end?.at ?? Infinity) <= at,
      );
    case 'disabled':
      // Without media nothing keeps a process alive that holds no connection.
      return code === 0;
    default:
      return last !== undefined;
  }
}

function judgeUnknownMembers(trace: Trace, { promptly, pong }: Yardstick): Finding {
  const violations: Violation[] = [];
  let exercised = 0;
  for (const { exchange, links, at } of readSessions(trace)) {
    if (!isExtended(exchange.response?.body)) continue;
    if (links[0] || trace.end - at > promptly * 3) exercised += 1;
    if (!links[0] && trace.end - at > promptly * 3) {
      violations.push({
        message: 'An answer with members that are not known yet was not understood.',
        expected: 'a connection to its endpoint',
        actual: 'no attempt to connect',
        event: exchange.response,
      });
    }
  }
  for (const { told, said, close } of readConversation(trace).links) {
    for (const event of told.filter(({ action, raw }) => action === 'PING' && isExtended(raw))) {
      const answered = said.some(({ action, at }) => action === 'PONG' && at >= event.at);
      const over = (close?.at ?? trace.end) - event.at > pong;
      if (answered || over) exercised += 1;
      if (answered || !over) continue;
      violations.push({
        message: 'A PING with members that are not known yet was not answered.',
        expected: 'PONG',
        actual: 'nothing',
        event,
      });
    }
  }
  return { exercised, violations };
}

function isExtended(text: string | undefined): boolean {
  return text?.includes('"future"') ?? false;
}
