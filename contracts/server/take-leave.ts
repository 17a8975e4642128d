import type { Habits } from './habits.ts';
import type { Pace } from './pace.ts';
import type { Record } from './record.ts';
import type { Wire } from './wire.ts';
import { openWire } from './wire.ts';

/** How a guest leaves. */
export interface TakeLeaveOptions extends EndSessionOptions {
  /** Whether the server's word counts that a session is over; not after it was found to break a rule. */
  readonly isTrusted: boolean;
}

/** How a session is ended. */
export interface EndSessionOptions {
  readonly pace: Pace;
  readonly habits: Pick<Habits, 'patience'>;
}

/**
 * Ends every session that a case was granted, also one whose answer is still on its way, and drops every connection.
 * Goes on when the run has been broken off. Gives how many sessions could not be ended.
 */
export async function takeLeave(record: Record, options: TakeLeaveOptions): Promise<number> {
  const { guestBook } = record;
  await guestBook.answered();
  const ended = await Promise.all(
    guestBook.stays(options.isTrusted).map(([endpoint, wire]) => endSession(record, endpoint, wire, options)),
  );
  // The older ones, too: a faulty server may have left them open, and a run would never end.
  for (const wire of guestBook.wires) wire.cut();
  return ended.filter((isEnded) => !isEnded).length;
}

/** Ends a session, connecting once more where it must. Gives whether it is seen to be over. */
export async function endSession(
  record: Record,
  endpoint: string,
  wire: Wire | undefined,
  { pace, habits: { patience } }: EndSessionOptions,
): Promise<boolean> {
  if (wire?.state === 'open') {
    const isOver = await sayGoodbye(record, wire, endpoint, patience);
    if (isOver !== undefined) return isOver;
  }
  await pace();
  const fresh = openWire(record, 'app', endpoint);
  await record.untilAnyway(() => (fresh.state === 'connecting' ? undefined : true), patience);
  if (fresh.state === 'open') return (await sayGoodbye(record, fresh, endpoint, patience)) ?? false;
  // Refused for its token the session is none of ours any more; no answer says nothing.
  return fresh.status !== undefined && fresh.status < 500;
}

/**
 * Ends the session of an open connection, and waits until the server is seen to have handled FINISHED: by its own close
 * (PROTOCOL.md 4.35), or by EXPIRED for the REQUESTED behind it, since messages are handled in their order (4.57). The
 * end of a closing handshake would be no proof: it may come while the handler still waits for its database.
 * @returns whether the session is over; nothing where the connection is lost or superseded, so that another may tell.
 */
async function sayGoodbye(
  record: Record,
  wire: Wire,
  endpoint: string,
  patience: number,
): Promise<boolean | undefined> {
  const { guestBook } = record;
  wire.readOn();
  // The first one makes it the session's own.
  for (const action of ['REQUESTED', 'FINISHED', 'REQUESTED']) wire.sendAction(action);
  const answer = await record.untilAnyway(() => {
    if (guestBook.isOver(endpoint)) return 'over';
    if (wire.state === 'closed') return 'gone';
    // OK for the last REQUESTED: FINISHED is without effect.
    return wire.unanswered === 0 ? 'alive' : undefined;
  }, patience);
  if (answer === 'gone') return undefined;
  if (wire.state === 'open') wire.close();
  await record.untilAnyway(() => (wire.state === 'closed' ? true : undefined), patience);
  wire.cut();
  return answer === 'over';
}
