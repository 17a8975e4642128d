import type { Habits } from './habits.ts';
import type { Pace } from './pace.ts';
import type { Record } from './record.ts';
import type { Wire } from './wire.ts';
import { openWire } from './wire.ts';

/** How a guest leaves. */
export interface TakeLeaveOptions {
  readonly pace: Pace;
  readonly habits: Pick<Habits, 'patience'>;
  /** Whether the server's word counts that a session is over; not after it was found to break a rule. */
  readonly isTrusted: boolean;
}

/**
 * Ends every session that a case was granted, also one whose answer is still on its way, and drops every connection.
 * Goes on when the run has been broken off. Gives how many sessions could not be ended.
 */
export async function takeLeave(record: Record, options: TakeLeaveOptions): Promise<number> {
  const { guestBook } = record;
  await guestBook.answered();
  const ended = await Promise.all(
    guestBook.stays(options.isTrusted).map(([endpoint, wire]) => end(record, endpoint, wire, options)),
  );
  // The older ones, too: a faulty server may have left them open, and a run would never end.
  for (const wire of guestBook.wires) wire.cut();
  return ended.filter((isEnded) => !isEnded).length;
}

/** Ends a session, connecting once more where it must. */
async function end(
  record: Record,
  endpoint: string,
  wire: Wire | undefined,
  { pace, habits: { patience } }: TakeLeaveOptions,
): Promise<boolean> {
  if (wire?.state === 'open') return sayGoodbye(record, wire, patience);
  await pace();
  const fresh = openWire(record, 'app', endpoint);
  await record.untilAnyway(() => (fresh.state === 'connecting' ? undefined : true), patience);
  if (fresh.state === 'open') return sayGoodbye(record, fresh, patience);
  // Refused for its token the session is none of ours any more; no answer says nothing.
  return fresh.status !== undefined && fresh.status < 500;
}

/**
 * Ends the session of an open connection. The closing handshake comes after FINISHED, so that its end proves that the
 * server has read it; a transport that is dropped may take FINISHED with it. Gives whether that end was seen.
 */
export async function sayGoodbye(record: Record, wire: Wire, patience: number): Promise<boolean> {
  wire.readOn();
  wire.sendAction('REQUESTED');
  wire.sendAction('FINISHED');
  wire.close();
  const isRead = await record.untilAnyway(() => (wire.state === 'closed' ? true : undefined), patience);
  wire.cut();
  return isRead === true;
}
