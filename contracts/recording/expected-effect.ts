import type { PoolEffect } from '../../protocol/model/pool.ts';
import type { Link } from '../trace/conversation.ts';
import type { PoolSession } from './recorded-pools.ts';
import type { PlacedDevice } from './place-device.ts';
import type { Judgement } from './recording-judge.ts';
import { isChallenged, isSurelyLive } from './session-life.ts';

/** Something that the model says a conforming server does now. */
export interface Expectation {
  readonly effect: Extract<PoolEffect, { type: 'send' | 'close' }>;
  readonly link: Link;
  readonly session: PoolSession;
  readonly placed: PlacedDevice;
  /** When its cause set out, and when it was seen to have worked. Milliseconds. */
  readonly from: number;
  readonly seen: number;
  /** How far the clocks of the devices may be apart, in milliseconds. */
  readonly skew: number;
}

/** How long it may take to show, and how long before its cause was written down, in milliseconds. */
const PATIENCE = 2_500;
const HASTE = 500;

const RULES: { readonly [what: string]: string | undefined } = {
  PING: 'server/liveness/ping-upon-create',
  TERMINATE: 'server/reconnect/terminate-old',
  superseded: 'server/reconnect/close-old',
  'taken-over': 'server/takeover/close-victim',
};

/** Looks for it in what came; gives nothing where the recording cannot tell. */
export function judgeExpectation(expectation: Expectation): Judgement | undefined {
  const { effect, link, placed } = expectation;
  const what = effect.type === 'send' ? effect.message.action : effect.because;
  const rule = RULES[what];
  const gap = effect.type === 'send' ? 'frames' : 'closes';
  if (rule === undefined || placed.device.gaps.has(gap)) return undefined;
  const came = effect.type === 'send' ? findFrame(expectation, what) : findClose(expectation);
  if (came) return { rule, placed, kind: 'held' };
  if (what === 'PING' && isForgotten(expectation)) return undefined;
  if (!isDecided(expectation)) return undefined;
  const violation = {
    message: effect.type === 'send' ? `${what} does not come.` : 'The connection is not closed.',
    expected: effect.type === 'send' ? JSON.stringify(effect.message) : 'the server closes it',
    actual:
      link.close?.by === 'server' ? 'the server closes the connection' : `nothing within ${PATIENCE} ms`,
    event: link.told.findLast(({ at }) => at <= expectation.from) ?? link.attempt,
  };
  return { rule, placed, kind: 'violated', violation };
}

function findFrame({ link, from, seen, skew }: Expectation, action: string): boolean {
  return link.told.some(
    (told) => told.action === action && told.at >= from - HASTE - skew && told.at <= seen + PATIENCE + skew,
  );
}

function findClose({ link: { close }, from, seen, skew }: Expectation): boolean {
  return close !== undefined && close.at >= from - HASTE - skew && close.at <= seen + PATIENCE + skew;
}

/** Whether it may have come, and been forgotten since. */
function isForgotten({ placed: { device, zero }, from, skew }: Expectation): boolean {
  return device.forgottenUntil !== undefined && from - HASTE - skew <= device.forgottenUntil - zero;
}

/** Whether that it did not come says anything: the session was surely there, and its connection open and watched. */
function isDecided({ effect, link, session, placed, from, seen, skew }: Expectation): boolean {
  const until = seen + PATIENCE + skew;
  // A server that closes instead has decided, too; a close that stands for the end of a recording has not.
  const isDismissed = effect.type === 'send' && link.close?.by === 'server' && link.close.at >= from - skew;
  const isWatched = isDismissed || (placed.trace.end >= until && (!link.close || link.close.at > until));
  // A HAR does not tell whether a connection was still alive; what came over it later does.
  const isAlive = !placed.device.gaps.has('closes') || link.told.some(({ at }) => at > until);
  if (!isWatched || !isAlive) return false;
  if (effect.type === 'close') return true;
  const before = { ...session, links: [link] };
  return isSurelyLive(before, from - skew) && !isChallenged(link, from);
}
