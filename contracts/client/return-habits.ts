import { readConversation } from '../trace/conversation.ts';
import { isCommand, readSessions, startBefore } from '../trace/session.ts';
import type { Session } from '../trace/session.ts';
import type { Trace } from '../trace/trace.ts';

/** How a client comes by a session where it may resume one or ask for another: the first that it does. */
export type Return = 'resumes' | 'creates';

/** AMB-14: what it does when the endpoint of a session that it resumes is refused, and not with 401. */
export function returnsAfterRefusal(trace: Trace): Return[] {
  return readSessions(trace).flatMap((session) =>
    session.links.flatMap(({ at, refused }) =>
      refused && refused.status !== 401 && isResuming(trace, session, at)
        ? firstStep(trace, session, refused.at)
        : [],
    ),
  );
}

/** AMB-15: what it does when the user asks for the same again after TERMINATE. */
export function returnsAfterTerminate(trace: Trace): Return[] {
  return readSessions(trace).flatMap((session) => {
    const { start, end } = session;
    if (end?.cause !== 'TERMINATE') return [];
    const asked = trace.events.find((event) => event.at > end.at && event.kind === 'command');
    const wish = asked && isCommand(asked, 'start') ? startBefore(trace, asked.at) : undefined;
    const isSame =
      wish?.offerId === start?.offerId && wish?.tag === start?.tag && wish?.token === start?.token;
    return asked && wish && isSame ? firstStep(trace, session, asked.at) : [];
  });
}

/** What comes first from a time on, before the user wants something else. */
function firstStep(trace: Trace, session: Session, from: number): Return[] {
  const until = trace.events.find((event) => event.at > from && event.kind === 'command')?.at ?? trace.end;
  const isNext = ({ at }: { at: number }): boolean => at > from && at < until;
  const resumed = session.links.find(isNext)?.at ?? Infinity;
  const created = readConversation(trace).exchanges.find(isNext)?.at ?? Infinity;
  if (resumed === created) return [];
  return [resumed < created ? 'resumes' : 'creates'];
}

/** Whether the user has asked for a session anew, and it has not been reached since. */
function isResuming({ events }: Trace, session: Session, at: number): boolean {
  const asked = events.findLast((event) => event.at < at && event.kind === 'command');
  if (!asked || asked.at < session.at || !isCommand(asked, 'start', 'reload')) return false;
  return !session.links.some((link) => link.open && link.at > asked.at && link.at < at);
}
