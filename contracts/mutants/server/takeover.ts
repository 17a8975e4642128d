import { setTimeout } from 'node:timers/promises';
import { stepPool, stepTakeoverAcross } from '../../../protocol/model/pool.ts';
import { isFrame, sends, tamperEffects, tamperStep, withoutEffects } from './mutant.ts';
import type { ServerMutant } from './mutant.ts';

/** Servers that take over or finish wrong. */
export const takeoverMutants: readonly ServerMutant[] = [
  {
    name: 'takeover-refused',
    fault: 'A takeover at the limit is answered with 403.',
    breaks: 'server/takeover/grant',
    tamper: tamperStep((pool, input, policy, honest) =>
      honest(pool, input, input.type === 'takeover' ? { ...policy, takeoverEnabled: false } : policy),
    ),
  },
  {
    name: 'silent-takeover',
    fault: 'The victim is closed without TAKE_OVER.',
    breaks: 'server/takeover/tell-victim',
    tamper: withoutEffects((effect) => sends(effect, 'TAKE_OVER')),
  },
  {
    name: 'silent-second-takeover',
    fault: 'The second takeover in a pool sends no TAKE_OVER.',
    breaks: 'server/takeover/tell-victim',
    tamper: () => {
      const told = new Set<string>();
      return {
        stepPool(pool, input, policy) {
          const [next, effects] = stepPool(pool, input, policy);
          if (input.type !== 'takeover') return [next, effects];
          // A session that took over is the mark of a pool that has seen a takeover.
          const again = pool.sessions.some(({ id }) => told.has(id));
          told.add(input.session);
          return [next, again ? effects.filter((effect) => !sends(effect, 'TAKE_OVER')) : effects];
        },
      };
    },
  },
  {
    name: 'old-name',
    fault: "TAKE_OVER bears the victim's own name.",
    breaks: 'server/takeover/new-name',
    tamper: tamperEffects((effects, input, pool) =>
      effects.map((effect) => {
        if (!sends(effect, 'TAKE_OVER') || input.type !== 'takeover') return effect;
        const sessionName = pool.sessions.find(({ id }) => id === input.victim)?.name ?? '';
        return { ...effect, message: { action: 'TAKE_OVER', sessionName } as const };
      }),
    ),
  },
  {
    name: 'victim-left-open',
    fault: "The victim's connection is not closed.",
    breaks: 'server/takeover/close-victim',
    tamper: withoutEffects((effect) => effect.type === 'close' && effect.because === 'taken-over'),
  },
  {
    name: 'victim-lives-on',
    fault: "The victim's record is kept.",
    breaks: 'server/takeover/end-victim',
    tamper: tamperStep((pool, input, policy, honest) => {
      const [next, effects] = honest(pool, input, policy);
      const victim =
        input.type === 'takeover' ? pool.sessions.find(({ id }) => id === input.victim) : undefined;
      if (!victim || next === pool) return [next, effects];
      return [
        { sessions: [...next.sessions, { ...victim, state: 'lost.quiet', connection: undefined }] },
        effects,
      ];
    }),
  },
  {
    name: 'wrong-victim',
    fault: 'Whatever session is named, the oldest one is taken over.',
    breaks: 'server/takeover/tell-victim',
    tamper: tamperStep((pool, input, policy, honest) => {
      const oldest = pool.sessions[0]?.id;
      return honest(pool, input.type === 'takeover' && oldest ? { ...input, victim: oldest } : input, policy);
    }),
  },
  {
    name: 'takes-over-strangers',
    fault: "Another customer's session can be taken over.",
    breaks: 'server/takeover/foreign-session',
    tamper: (simulator) => ({
      async answer(request, next) {
        const body = await request.clone().text();
        const answer = await next(request);
        if (answer.status !== 404 || !request.url.endsWith('/takeover')) return answer;
        const { sessionId } = JSON.parse(body) as { sessionId: string };
        const pools = await simulator().pools();
        const held = pools.find(({ pool }) => pool.sessions.some(({ id }) => id === sessionId));
        if (!held) return answer;
        const connection = held.pool.sessions.find(({ id }) => id === sessionId)?.connection;
        if (connection)
          simulator().runtime.send(connection, '{"action":"TAKE_OVER","sessionName":"stranger"}');
        return Response.json(
          { endpoint: 'ws://127.0.0.1:9/connect?token=none' },
          { headers: answer.headers },
        );
      },
    }),
  },
  {
    name: 'tells-the-victim-late',
    fault: 'TAKE_OVER goes out when the HTTP request has long been answered.',
    breaks: 'server/takeover/tell-before-answer',
    tamper: (simulator) => ({
      stepPool(pool, input, policy) {
        const [next, effects] = stepPool(pool, input, policy);
        const told = effects.find((effect) => sends(effect, 'TAKE_OVER'));
        if (told?.type !== 'send') return [next, effects];
        const { connection, message } = told;
        void setTimeout(400).then(() => {
          simulator().runtime.send(connection, JSON.stringify(message));
          return simulator().runtime.drop(connection, 1000);
        });
        const isLate = (effect: (typeof effects)[number]): boolean =>
          'connection' in effect && effect.connection === connection;
        return [next, effects.filter((effect) => !isLate(effect))];
      },
    }),
  },
  {
    name: 'takeover-ignores-tag',
    fault: 'A takeover by tag goes to another pool than a create by tag.',
    breaks: 'server/takeover/by-tag',
    tamper: () => ({
      async answer(request, next) {
        const text = await request.clone().text();
        if (!request.url.endsWith('/takeover') || !text.includes('"tag":"live"')) return next(request);
        const body = text.replace('"tag":"live"', '"offerId":"B"');
        return next(new Request(request.url, { method: 'POST', headers: request.headers, body }));
      },
    }),
  },
  {
    name: 'victim-of-pool-only',
    fault: 'A victim at another offer is not found.',
    breaks: 'server/takeover/across-pools',
    tamper: acrossPools((target, victims) => ({
      target,
      victims,
      victimEffects: [],
      targetEffects: [{ type: 'reply', admission: { kind: 'unknown-session' } }],
    })),
  },
  {
    name: 'victim-elsewhere-lives-on',
    fault: 'A takeover from another pool makes the new session and leaves the victim alone.',
    breaks: 'server/takeover/across-pools',
    tamper: acrossPools((target, victims, input, policy) => ({
      ...stepTakeoverAcross(target, victims, input, policy),
      victims,
      victimEffects: [],
    })),
  },
  {
    name: 'half-a-takeover',
    fault: 'A takeover into a full pool is refused, and has ended its victim all the same.',
    breaks: 'server/takeover/full-pool-refuses',
    tamper: acrossPools((target, victims, input, policy) => {
      const step = stepTakeoverAcross(target, victims, input, policy);
      const isRefused = step.target.sessions.length <= target.sessions.length;
      const victim = victims.sessions.find(({ id }) => id === input.victim);
      if (!isRefused || !victim) return step;
      const [without, victimEffects] = stepPool(victims, { type: 'expire', session: victim.id }, policy);
      return { ...step, victims: without, victimEffects };
    }),
  },
  {
    name: 'beyond-the-limit-across',
    fault: 'A takeover from another pool is granted although the target pool is full.',
    breaks: 'server/takeover/full-pool-refuses',
    tamper: acrossPools((target, victims, input, policy) =>
      stepTakeoverAcross(target, victims, input, { ...policy, limit: policy.limit + 1 }),
    ),
  },
  {
    name: 'finish-ignored',
    fault: 'FINISHED closes the connection but keeps the record.',
    breaks: 'server/finish/free-slot',
    tamper: tamperStep((pool, input, policy, honest) => {
      const [next, effects] = honest(pool, input, policy);
      if (!isFrame(input, 'FINISHED') || next === pool) return [next, effects];
      return [pool, effects.filter(({ type }) => type !== 'ended')];
    }),
  },
  {
    name: 'finish-ends-all',
    fault: 'FINISHED ends every session of the pool.',
    breaks: 'server/connection/leave-others-alone',
    tamper: tamperStep((pool, input, policy, honest) => {
      const [next, effects] = honest(pool, input, policy);
      if (!isFrame(input, 'FINISHED') || next === pool) return [next, effects];
      return next.sessions.reduce<ReturnType<typeof stepPool>>(
        ([rest, all], { id }) => {
          const [after, more] = honest(rest, { type: 'expire', session: id }, policy);
          return [after, [...all, ...more]];
        },
        [next, effects],
      );
    }),
  },
];

/** A fault in takeovers whose victim is in another pool. */
function acrossPools(step: typeof stepTakeoverAcross): NonNullable<ServerMutant['tamper']> {
  return () => ({ stepTakeoverAcross: step });
}
