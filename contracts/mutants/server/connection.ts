import type { PoolEffect, PoolInput, PoolState } from '../../../protocol/model/pool.ts';
import { isFrame, onlyTimes, sends, tamperEffects, tamperStep, withoutEffects } from './mutant.ts';
import type { ServerMutant } from './mutant.ts';

/** A message that is none of the protocol's: for servers that spell badly. */
function misspell(change: (message: { [member: string]: unknown }) => unknown) {
  return tamperEffects((effects) =>
    effects.map((effect) =>
      effect.type === 'send' ? { ...effect, message: change(effect.message) as never } : effect,
    ),
  );
}

/** Whether the associated connection says REQUESTED once more. */
function isRepeated({ sessions }: PoolState, input: PoolInput): input is PoolInput & { type: 'frame' } {
  if (input.type !== 'frame' || input.action !== 'REQUESTED') return false;
  return sessions.some(({ id, connection }) => id === input.session && connection === input.connection);
}

/** Servers that answer REQUESTED wrong, or spell badly, or suffer from bad frames. */
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
      return isRepeated(pool, input) ? [pool, []] : honest(pool, input, policy);
    }),
  },
  {
    name: 'repeat-ends-session',
    fault: 'A repeated REQUESTED ends the session.',
    breaks: 'server/connection/repeat-requested',
    tamper: tamperStep((pool, input, policy, honest) => {
      return isRepeated(pool, input)
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
  {
    name: 'bad-frame-deafens',
    fault: 'A connection is not heard any more after a binary message.',
    breaks: 'server/robustness/keep-session',
    tamper: () => {
      const deaf = new Set<string>();
      return {
        receive: async (connectionId, data) => {
          if (typeof data !== 'string') deaf.add(connectionId);
          return deaf.has(connectionId);
        },
      };
    },
  },
];
