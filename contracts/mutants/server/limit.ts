import type { PoolEffect, SessionRecord } from '../../../protocol/model/pool.ts';
import { tamperEffects, tamperStep } from './mutant.ts';
import type { ServerMutant } from './mutant.ts';

/** The pool without the records that match: what a faulty server does not count. */
function countOnly(counts: (record: SessionRecord) => boolean) {
  return tamperStep((pool, input, policy, honest) => {
    if (input.type !== 'create') return honest(pool, input, policy);
    const uncounted = pool.sessions.filter((record) => !counts(record)).length;
    return honest(pool, input, { ...policy, limit: policy.limit + uncounted });
  });
}

/** Changes the answer to a create at the limit. */
function reviseList(
  change: (sessions: { sessionId: string; name: string }[]) => { sessionId: string; name: string }[],
) {
  return tamperEffects((effects) =>
    effects.map((effect): PoolEffect => {
      if (effect.type !== 'reply' || effect.admission.kind !== 'limit-reached') return effect;
      const { activeSessions } = effect.admission;
      return { ...effect, admission: { ...effect.admission, activeSessions: change(activeSessions) } };
    }),
  );
}

/** Servers that count wrong, or tell it wrong. */
export const limitMutants: readonly ServerMutant[] = [
  {
    name: 'one-too-few',
    fault: 'The last slot is never given.',
    breaks: 'server/create/grant-below-limit',
    tamper: tamperStep((pool, input, policy, honest) =>
      honest(pool, input, { ...policy, limit: policy.limit - 1 }),
    ),
  },
  {
    name: 'one-too-many',
    fault: 'One session more than the limit is granted.',
    breaks: 'server/limit/refuse-above-limit',
    tamper: tamperStep((pool, input, policy, honest) =>
      honest(pool, input, { ...policy, limit: policy.limit + 1 }),
    ),
  },
  {
    name: 'pending-is-free',
    fault: 'Sessions that have not connected yet do not count.',
    breaks: 'server/limit/refuse-above-limit',
    tamper: countOnly(({ state }) => state !== 'pending.quiet'),
  },
  {
    name: 'lost-is-free',
    fault: 'Sessions whose connection is lost do not count.',
    breaks: 'server/reconnect/keep-slot',
    tamper: countOnly(({ state }) => !state.startsWith('lost')),
  },
  {
    name: 'list-lacks-newest',
    fault: 'The list at the limit lacks the newest session.',
    breaks: 'server/limit/list-sessions',
    tamper: reviseList((sessions) => sessions.slice(0, -1)),
  },
  {
    name: 'newest-first',
    fault: 'The list at the limit begins with the newest session.',
    breaks: 'server/limit/list-oldest-first',
    tamper: reviseList((sessions) => sessions.toReversed()),
  },
  {
    name: 'nameless-list',
    fault: 'The list at the limit has no names.',
    breaks: 'server/limit/list-sessions',
    tamper: reviseList((sessions) => sessions.map((session) => ({ ...session, name: '' }))),
  },
  {
    name: 'takeover-never-offered',
    fault: 'takeOverEnabled is always false.',
    breaks: 'server/limit/say-takeover-enabled',
    tamper: tamperEffects((effects) =>
      effects.map((effect): PoolEffect =>
        effect.type === 'reply' && effect.admission.kind === 'limit-reached'
          ? { ...effect, admission: { ...effect.admission, takeOverEnabled: false } }
          : effect,
      ),
    ),
  },
  {
    name: 'refused-holds-slot',
    fault: 'A refused create leaves a record behind.',
    breaks: 'server/limit/refused-uses-nothing',
    tamper: tamperStep((pool, input, policy, honest) => {
      const [next, effects] = honest(pool, input, policy);
      const refused = effects.some(
        (effect) => effect.type === 'reply' && effect.admission.kind === 'limit-reached',
      );
      if (!refused || input.type !== 'create') return [next, effects];
      const record: SessionRecord = { id: input.session, name: input.name, state: 'pending.quiet' };
      return [{ sessions: [...next.sessions, record] }, effects];
    }),
  },
];
