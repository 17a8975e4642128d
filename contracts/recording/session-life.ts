import { SESSION_ENDING_ACTIONS } from '../../protocol/messages.ts';
import type { Link } from '../trace/conversation.ts';
import type { PoolSession } from './recorded-pools.ts';

/** How long a PING may go unanswered before one can no longer be sure that the server keeps the session, in milliseconds. */
export const PROMPTLY = 1_000;

/** The connection over which a session is associated at a time, for all that was seen. */
export function linkAt({ links }: PoolSession, at: number): Link | undefined {
  const granted = links.filter(({ told }) => told.some((one) => one.action === 'OK' && one.at <= at));
  const link = granted.at(-1);
  if (!link || (link.close && link.close.at <= at)) return undefined;
  // A newer connection may have taken its place already.
  return links.some((other) => other.at > link.at && other.at <= at) ? undefined : link;
}

/**
 * Whether a server must have a session at a time: it is connected, has been granted, and nothing was said by then that ends
 * it; and every PING was answered, or is so recent that no deadline can have passed.
 */
export function isSurelyLive(session: PoolSession, at: number): boolean {
  const link = linkAt(session, at);
  if (!link) return false;
  if (link.said.some(({ action, at: said }) => action === 'FINISHED' && said <= at)) return false;
  if (link.told.some(({ action, at: told }) => SESSION_ENDING_ACTIONS.has(action) && told <= at))
    return false;
  if ([...link.said, ...link.told].some(({ injected }) => injected !== undefined)) return false;
  return !isChallenged(link, at, PROMPTLY);
}

/** Whether a PING was out for longer than `grace` milliseconds when it was answered, or is now. */
export function isChallenged({ told, said }: Link, at: number, grace = 0): boolean {
  return told.some((ping) => {
    if (ping.action !== 'PING' || ping.at + grace >= at) return false;
    const answer = said.find((one) => one.action === 'PONG' && one.at >= ping.at);
    return !answer || answer.at > Math.min(at, ping.at + PROMPTLY);
  });
}
