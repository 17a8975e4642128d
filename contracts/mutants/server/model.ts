import { stepPool } from '../../../protocol/model/pool.ts';
import type { PoolEffect, PoolInput, PoolState, SessionRecord } from '../../../protocol/model/pool.ts';
import { sends, tamperEffects, tamperStep, withoutEffects } from './mutant.ts';
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

function endRecord(pool: PoolState, session: string): PoolState {
  return { sessions: pool.sessions.filter(({ id }) => id !== session) };
}

const isFrame = (input: PoolInput, action: string): boolean =>
  input.type === 'frame' && input.action === action;

/** A message that is none of the protocol's: for servers that spell badly. */
function misspell(change: (message: { [member: string]: unknown }) => unknown) {
  return tamperEffects((effects) =>
    effects.map((effect) =>
      effect.type === 'send' ? { ...effect, message: change(effect.message) as never } : effect,
    ),
  );
}

/** Lets an effect happen a number of times for each session, and then no more. */
function onlyTimes(times: number, match: (effect: PoolEffect) => boolean) {
  return () => {
    const seen = new Map<string, number>();
    return withoutEffects((effect) => {
      if (!match(effect) || !('session' in effect)) return false;
      const count = (seen.get(effect.session) ?? 0) + 1;
      seen.set(effect.session, count);
      return count > times;
    })();
  };
}

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

export const connectionMutants: readonly ServerMutant[] = [
  {
    name: 'never-ok',
    fault: 'REQUESTED gets no answer.',
    breaks: 'server/connection/ok-upon-requested',
    tamper: withoutEffects((effect) => sends(effect, 'OK')),
  },
  {
    name: 'ok-on-opening',
    fault: 'A connection gets OK as soon as it is open.',
    breaks: 'server/connection/no-ok-unasked',
    tamper: tamperEffects((effects, input) => {
      if (input.type !== 'connected') return effects;
      const { session, connection } = input;
      return [...effects, { type: 'send', session, connection, message: { action: 'OK' } }];
    }),
  },
  {
    name: 'ok-twice',
    fault: 'REQUESTED gets OK twice.',
    breaks: 'server/connection/no-ok-unasked',
    tamper: tamperEffects((effects) =>
      effects.flatMap((effect): PoolEffect[] => (sends(effect, 'OK') ? [effect, effect] : [effect])),
    ),
  },
  {
    name: 'ok-for-the-dead',
    fault: 'REQUESTED for a session that has ended gets OK.',
    breaks: 'server/connection/expired-for-ended',
    tamper: tamperEffects((effects) =>
      effects.map((effect) =>
        sends(effect, 'EXPIRED') ? { ...effect, message: { action: 'OK' } as const } : effect,
      ),
    ),
  },
  {
    name: 'silent-for-the-dead',
    fault: 'REQUESTED for a session that has ended gets no answer.',
    breaks: 'server/connection/expired-for-ended',
    tamper: withoutEffects((effect) => sends(effect, 'EXPIRED')),
  },
  {
    name: 'expired-only-once',
    fault: 'The second REQUESTED for an ended session gets no answer.',
    breaks: 'server/connection/expired-for-ended',
    tamper: onlyTimes(1, (effect) => sends(effect, 'EXPIRED')),
  },
  {
    name: 'deaf-to-repeats',
    fault: 'A repeated REQUESTED gets no answer.',
    breaks: 'server/connection/repeat-requested',
    tamper: tamperStep((pool, input, policy, honest) => {
      const repeated =
        input.type === 'frame' &&
        input.action === 'REQUESTED' &&
        pool.sessions.some(({ id, connection }) => id === input.session && connection === input.connection);
      return repeated ? [pool, []] : honest(pool, input, policy);
    }),
  },
  {
    name: 'repeat-ends-session',
    fault: 'A repeated REQUESTED ends the session.',
    breaks: 'server/connection/repeat-requested',
    tamper: tamperStep((pool, input, policy, honest) => {
      const repeated =
        input.type === 'frame' &&
        input.action === 'REQUESTED' &&
        pool.sessions.some(({ id, connection }) => id === input.session && connection === input.connection);
      return repeated
        ? honest(pool, { type: 'expire', session: input.session }, policy)
        : honest(pool, input, policy);
    }),
  },
  {
    name: 'lower-case',
    fault: 'Actions are spelt in lower case.',
    breaks: 'server/connection/json-text-frames',
    tamper: misspell((message) => ({ ...message, action: String(message['action']).toLowerCase() })),
  },
  {
    name: 'type-for-action',
    fault: 'Messages have type where action is meant.',
    breaks: 'server/connection/json-text-frames',
    tamper: misspell(({ action, ...rest }) => ({ type: action, ...rest })),
  },
  {
    name: 'takeover-misspelt',
    fault: 'TAKE_OVER is spelt TAKEOVER.',
    breaks: 'server/connection/json-text-frames',
    tamper: misspell((message) =>
      message['action'] === 'TAKE_OVER' ? { ...message, action: 'TAKEOVER' } : message,
    ),
  },
  {
    name: 'finish-closes-all',
    fault: 'FINISHED closes the connections of the whole pool.',
    breaks: 'server/connection/leave-others-alone',
    tamper: tamperEffects((effects, input, pool) => {
      if (!isFrame(input, 'FINISHED')) return effects;
      const others = pool.sessions.flatMap(({ id, connection }): PoolEffect[] =>
        connection === undefined ? [] : [{ type: 'close', session: id, connection, because: 'finished' }],
      );
      return [...effects, ...others];
    }),
  },
  {
    name: 'any-endpoint',
    fault: "The signature of an endpoint's token is not looked at.",
    breaks: 'server/connection/refuse-bad-token',
    tamper: () => ({
      verifyEndpointToken: async (token) => {
        try {
          const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
          return { ok: true, claims: payload, expiresAt: Infinity };
        } catch {
          return { ok: false, problem: 'no token' };
        }
      },
    }),
  },
  {
    name: 'bad-frame-resets-all',
    fault: 'A frame that is no JSON ends every session.',
    breaks: 'server/robustness/bad-frames-harm-nobody',
    tamper: (simulator) => ({
      receive: async (_connection, data) => {
        if (typeof data !== 'string' || data !== '{"action":') return false;
        await simulator().reset();
        return true;
      },
    }),
  },
  {
    name: 'bad-frame-ends-session',
    fault: 'An unknown action ends the session that sent it.',
    breaks: 'server/robustness/keep-session',
    tamper: (simulator) => ({
      receive: async (connectionId, data) => {
        if (typeof data !== 'string' || !data.includes('DANCE')) return false;
        const { runtime } = simulator();
        const open = runtime.connections().find(({ connection }) => connection.id === connectionId);
        if (open) await runtime.dispatch(open.claims, { type: 'expire', session: open.claims.sessionId });
        return true;
      },
    }),
  },
];

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

function isChallenge(effect: PoolEffect): boolean {
  return effect.type === 'startTimer' && effect.timer === 'pongTimeout';
}

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
