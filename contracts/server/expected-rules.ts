import type { EndReason } from '../../protocol/model/session-chart.ts';
import type { PoolState, SessionRecord } from '../../protocol/model/pool.ts';
import type { SessionHistory } from './oracle.ts';

/**
 * Which rules say that a create must be granted here: those that freed the slots of the pool, and the plain one. Each
 * is put to the test when the pool was full before.
 */
export function rulesForGrant(ended: readonly SessionHistory[], otherPoolsFull: boolean): string[] {
  const freed = ended.flatMap((session) => (session.ended ? RULE_OF_END[session.ended] : []));
  const rules = [...new Set(freed)];
  if (otherPoolsFull) rules.push('server/limit/separate-pools');
  return [...rules, 'server/create/grant-below-limit'];
}

/** The rule by which a session that ended in this way is gone. */
export const RULE_OF_END: Record<EndReason, string> = {
  finished: 'server/finish/free-slot',
  'taken-over': 'server/takeover/end-victim',
  'missed-pong': 'server/liveness/remove-mute',
  abandoned: 'server/connection/expired-for-ended',
  expired: 'server/connection/expired-for-ended',
};

/** Which rules say that the pool is full here: those by which its sessions still hold their slots. */
export function rulesForRefusal(pool: PoolState, histories: readonly SessionHistory[]): string[] {
  const rules = new Set<string>();
  // The first one is to blame when the pool turns out not to be full.
  if (pool.sessions.some(({ state }) => state.startsWith('lost'))) rules.add('server/reconnect/keep-slot');
  rules.add('server/limit/refuse-above-limit');
  if (histories.some(({ answeredPings }) => answeredPings > 0)) rules.add('server/liveness/keep-answering');
  return [...rules];
}

/** Which rules say that REQUESTED on a further connection of this session gets OK. */
export function rulesForOk(record: SessionRecord, history: SessionHistory, again: boolean): string[] {
  if (again) return ['server/connection/repeat-requested'];
  switch (record.state) {
    case 'pending.quiet':
      return [history.tookOver ? 'server/takeover/grant' : 'server/connection/ok-upon-requested'];
    case 'lost.pinged':
      return ['server/liveness/keep-returning', 'server/reconnect/keep-slot'];
    default:
      return history.answeredPings > 0
        ? ['server/reconnect/keep-slot', 'server/liveness/keep-answering']
        : ['server/reconnect/keep-slot'];
  }
}

/** Which rules say that REQUESTED for this session gets EXPIRED. */
export function rulesForExpired(history: SessionHistory): string[] {
  const rule = history.ended && RULE_OF_END[history.ended];
  return rule === undefined
    ? ['server/connection/expired-for-ended']
    : ['server/connection/expired-for-ended', rule];
}
