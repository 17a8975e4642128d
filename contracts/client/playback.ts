import { readConversation } from '../trace/conversation.ts';
import type { Finding, Violation } from '../trace/finding.ts';
import { readPermissions } from '../trace/permission.ts';
import type { Permission, PermissionEnd } from '../trace/permission.ts';
import { isCommand } from '../trace/session.ts';
import { eventsOf } from '../trace/trace.ts';
import type { EventOf, Trace, TraceEvent } from '../trace/trace.ts';
import type { Yardstick } from './monitor.ts';

/** A time in which the client played, with the event that says so. */
interface Span {
  readonly from: number;
  readonly until: number;
  readonly event: EventOf<'playback'>;
}

/** Playback that began where it might not, and what went before. */
export interface WrongStart {
  readonly event: EventOf<'playback'>;
  /** The permission that had ended before, where there had been one since the last press on play. */
  readonly after: PermissionEnd | undefined;
  /** Whether the user had stopped in the meantime. */
  readonly stopped: boolean;
  /** Where there had been no permission: how far the client had come. */
  readonly stage: 'no-request' | 'no-answer' | 'refused' | 'not-connected' | 'connected' | 'message';
}

/** When a client played, from what it showed. */
export function readPlayback(trace: Trace): Span[] {
  const shown = trace.events.filter(
    (event) => event.kind === 'playback' || event.kind === 'ready' || event.kind === 'exited',
  );
  return shown.flatMap((event, index) => {
    if (event.kind !== 'playback' || !event.playing) return [];
    return [{ from: event.at, until: shown[index + 1]?.at ?? trace.end, event }];
  });
}

/** Each start of playback that no permission covers, allowing for the time that news take. */
export function findWrongStarts(trace: Trace, { promptly }: Yardstick): WrongStart[] {
  const permissions = readPermissions(trace);
  return readPlayback(trace).flatMap(({ from, event }) => {
    const covered = permissions.some(
      (permission) => permission.from <= from && from <= (permission.end?.at ?? trace.end) + promptly,
    );
    if (covered) return [];
    const pressed = trace.events.findLast(
      (other) => other.at <= from && other.kind === 'command' && other.command.do === 'start',
    );
    const last = permissions.findLast((permission) => permission.from <= from);
    const after = last && last.from >= (pressed?.at ?? 0) ? last.end?.why : undefined;
    const since = pressed?.at ?? 0;
    const stopped = trace.events.some(
      (other) => other.at > since && other.at <= from && isCommand(other, 'stop', 'reset'),
    );
    return [{ event, after, stopped, stage: readStage(trace, since, event) }];
  });
}

function readStage(trace: Trace, since: number, { at }: TraceEvent): WrongStart['stage'] {
  const { exchanges, links } = readConversation(trace);
  const exchange = exchanges.findLast((one) => one.at >= since && one.at <= at);
  if (!exchange) return 'no-request';
  if (!exchange.response || exchange.response.at > at) return 'no-answer';
  if (exchange.meaning === 'refused' || exchange.meaning === 'limit') return 'refused';
  const link = links.findLast((one) => one.at >= exchange.at && one.open && one.open.at <= at);
  if (!link) return 'not-connected';
  return link.told.some((told) => told.at <= at && told.action !== 'OK') ? 'message' : 'connected';
}

/**
 * Judges that playback ends when a permission does.
 * @param allowed how long it may go on after the end, in milliseconds.
 */
export function judgeStops(
  trace: Trace,
  why: PermissionEnd,
  allowed: number,
  words: (end: Permission['end'] & object) => Pick<Violation, 'message' | 'expected'>,
): Finding {
  const permissions = readPermissions(trace);
  const spans = readPlayback(trace);
  const violations: Violation[] = [];
  let exercised = 0;
  for (const { end } of permissions) {
    if (end?.why !== why) continue;
    const deadline = end.at + allowed;
    const playing = spans.find(({ from, until }) => from <= end.at && until > end.at);
    if (!playing) continue;
    if (playing.until <= deadline && playing.until < trace.end) {
      exercised += 1;
      continue;
    }
    const renewed = permissions.some(({ from }) => from > end.at && from <= deadline);
    const pressed = eventsOf(trace, 'command').some(({ at }) => at > end.at && at <= deadline);
    if (renewed || pressed) continue;
    if (trace.end > deadline) {
      exercised += 1;
      const stopped =
        playing.until < trace.end
          ? `it stopped ${Math.round(playing.until - end.at)} ms later`
          : 'it went on';
      violations.push({
        ...words(end),
        actual: `${stopped}; the harness looked on for ${Math.round(trace.end - end.at)} ms`,
        event: end.event,
        window: { from: end.at, until: deadline },
      });
    }
  }
  return { exercised, violations };
}
