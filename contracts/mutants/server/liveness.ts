import { stepPool } from '../../../protocol/model/pool.ts';
import type { PoolEffect, SessionRecord } from '../../../protocol/model/pool.ts';
import { endRecord, isFrame, onlyTimes, sends, tamperEffects, tamperStep, withoutEffects } from './mutant.ts';
import type { ServerMutant } from './mutant.ts';

function isChallenge(effect: PoolEffect): boolean {
  return effect.type === 'startTimer' && effect.timer === 'pongTimeout';
}

/** Servers that lose those who live, or keep those who do not. */
export const livenessMutants: readonly ServerMutant[] = [
  {
    name: 'never-pings',
    fault: 'A create sends no PING.',
    breaks: 'server/liveness/ping-upon-create',
    // A session that was never challenged cannot miss its deadline either.
    tamper: withoutEffects((effect) => sends(effect, 'PING') || isChallenge(effect)),
  },
  {
    name: 'pings-the-oldest',
    fault: 'Only the oldest session gets a PING.',
    breaks: 'server/liveness/ping-upon-create',
    tamper: tamperEffects((effects, _input, pool) =>
      effects.filter((effect) => !sends(effect, 'PING') || effect.session === pool.sessions[0]?.id),
    ),
  },
  {
    name: 'pings-once',
    fault: 'A session gets one PING in its life.',
    breaks: 'server/liveness/ping-upon-create',
    tamper: onlyTimes(1, (effect) => sends(effect, 'PING')),
  },
  {
    name: 'deaf-to-pong',
    fault: 'PONG is not heard.',
    breaks: 'server/liveness/keep-answering',
    tamper: tamperStep((pool, input, policy, honest) =>
      isFrame(input, 'PONG') ? [pool, []] : honest(pool, input, policy),
    ),
  },
  {
    name: 'hears-pong-once',
    fault: "A session's second PONG is not heard.",
    breaks: 'server/liveness/keep-answering',
    tamper: () => {
      const heard = new Set<string>();
      return {
        stepPool(pool, input, policy) {
          if (input.type !== 'frame' || input.action !== 'PONG') return stepPool(pool, input, policy);
          if (heard.has(input.session)) return [pool, []];
          heard.add(input.session);
          return stepPool(pool, input, policy);
        },
      };
    },
  },
  {
    name: 'never-removes',
    fault: 'A session that does not answer lives on.',
    breaks: 'server/liveness/remove-mute',
    tamper: tamperStep((pool, input, policy, honest) =>
      input.type === 'timer' && input.timer === 'pongTimeout' ? [pool, []] : honest(pool, input, policy),
    ),
  },
  {
    name: 'lost-lives-for-ever',
    fault: 'A session whose connection is lost is never removed.',
    breaks: 'server/liveness/remove-mute',
    tamper: tamperStep((pool, input, policy, honest) => {
      const record = pool.sessions.find(({ id }) => 'session' in input && id === input.session);
      const spared = input.type === 'timer' && record?.state === 'lost.pinged';
      return spared ? [pool, []] : honest(pool, input, policy);
    }),
  },
  {
    name: 'impatient',
    fault: 'A session has half of the deadline to answer.',
    breaks: 'server/liveness/wait-for-deadline',
    tamper: tamperEffects((effects) =>
      effects.map((effect) =>
        effect.type === 'startTimer' && effect.timer === 'pongTimeout'
          ? { ...effect, delay: effect.delay / 2 }
          : effect,
      ),
    ),
  },
  {
    name: 'return-is-no-answer',
    fault: 'A client that comes back in time is removed all the same.',
    breaks: 'server/liveness/keep-returning',
    tamper: tamperStep((pool, input, policy, honest) => {
      const before = pool.sessions.find(({ id }) => 'session' in input && id === input.session);
      const [next, effects] = honest(pool, input, policy);
      if (before?.state !== 'lost.pinged' || !isFrame(input, 'REQUESTED')) return [next, effects];
      const sessions = next.sessions.map((record): SessionRecord =>
        record.id === before.id ? { ...record, state: 'connected.pinged' } : record,
      );
      return [{ sessions }, effects.filter(({ type }) => type !== 'cancelTimer')];
    }),
  },
  {
    name: 'lost-is-deleted',
    fault: 'Losing the connection ends the session.',
    breaks: 'server/reconnect/keep-slot',
    tamper: tamperStep((pool, input, policy, honest) =>
      input.type === 'disconnected' ? [endRecord(pool, input.session), []] : honest(pool, input, policy),
    ),
  },
  {
    name: 'comes-back-once',
    fault: 'A session can come back once; the second time it has expired.',
    breaks: 'server/reconnect/keep-slot',
    tamper: () => {
      const losses = new Map<string, number>();
      return {
        stepPool(pool, input, policy) {
          if (input.type !== 'disconnected') return stepPool(pool, input, policy);
          const count = (losses.get(input.session) ?? 0) + 1;
          losses.set(input.session, count);
          return count > 1 ? [endRecord(pool, input.session), []] : stepPool(pool, input, policy);
        },
      };
    },
  },
  {
    name: 'pings-everybody',
    fault: 'A create PINGs the sessions of all customers.',
    breaks: 'server/liveness/ping-own-customer',
    tamper: (simulator) => ({
      async answer(request, next) {
        const answer = await next(request);
        if (answer.status !== 200) return answer;
        for (const { key } of await simulator().pools()) {
          await simulator().runtime.dispatch(key, { type: 'ping' });
        }
        return answer;
      },
    }),
  },
  {
    name: 'challenges-pending',
    fault: 'A session gets its deadline before it has ever been connected.',
    breaks: 'server/liveness/spare-pending',
    tamper: tamperStep((pool, input, policy, honest) => {
      const isPending = (id: string): boolean =>
        pool.sessions.some((record) => record.id === id && record.state === 'pending.quiet');
      if (input.type === 'timer' && isPending(input.session)) return [endRecord(pool, input.session), []];
      const [next, effects] = honest(pool, input, policy);
      if (input.type !== 'create') return [next, effects];
      const challenges = pool.sessions
        .filter(({ id }) => isPending(id))
        .map(({ id }): PoolEffect => ({
          type: 'startTimer',
          session: id,
          timer: 'pongTimeout',
          delay: policy.settings.pongTimeout,
        }));
      return [next, [...effects, ...challenges]];
    }),
  },
  {
    name: 'ping-moves-deadline',
    fault: 'Each PING starts the deadline anew.',
    breaks: 'server/liveness/keep-deadline',
    tamper: tamperStep((pool, input, policy, honest) => {
      const [next, effects] = honest(pool, input, policy);
      const delay = policy.settings.pongTimeout;
      const anew = effects
        .filter((effect) => sends(effect, 'PING'))
        .map(({ session }): PoolEffect => ({ type: 'startTimer', session, timer: 'pongTimeout', delay }));
      return [next, [...effects, ...anew]];
    }),
  },
  {
    name: 'no-terminate',
    fault: 'The old connection is closed without TERMINATE.',
    breaks: 'server/reconnect/terminate-old',
    tamper: withoutEffects((effect) => sends(effect, 'TERMINATE')),
  },
  {
    name: 'two-connections',
    fault: 'The old connection is told TERMINATE and left open.',
    breaks: 'server/reconnect/close-old',
    tamper: withoutEffects((effect) => effect.type === 'close' && effect.because === 'superseded'),
  },
];
