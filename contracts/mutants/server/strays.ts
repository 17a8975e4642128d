import { setTimeout } from 'node:timers/promises';
import { stepPool } from '../../../protocol/model/pool.ts';
import { isFrame, tamperStep } from './mutant.ts';
import type { ServerMutant } from './mutant.ts';

/** Servers that listen to connections which are not their session's own, or wait for those that do not answer. */
export const strayMutants: readonly ServerMutant[] = [
  {
    name: 'finished-from-anywhere',
    fault: 'FINISHED counts on every connection that has the token.',
    breaks: 'server/finish/own-connection-only',
    tamper: asIfAssociated('FINISHED'),
  },
  {
    name: 'pong-from-anywhere',
    fault: 'PONG counts on every connection that has the token.',
    breaks: 'server/liveness/pong-of-own-connection',
    tamper: asIfAssociated('PONG'),
  },
  {
    name: 'hears-the-superseded',
    fault: 'A superseded connection is heard for a moment more, and REQUESTED wins the session back.',
    breaks: 'server/reconnect/silence-superseded',
    tamper: (simulator) => ({
      stepPool(pool, input, policy) {
        const [next, effects] = stepPool(pool, input, policy);
        return [
          next,
          effects.filter((effect) => {
            if (effect.type !== 'close' || effect.because !== 'superseded') return true;
            void setTimeout(300).then(() => simulator().runtime.drop(effect.connection, 1000));
            return false;
          }),
        ];
      },
    }),
  },
  {
    name: 'frees-a-second-later',
    fault: 'The slot of a session that sent FINISHED is free a second later.',
    breaks: 'server/finish/free-before-close',
    tamper: () => ({
      async receive(_connectionId, data) {
        if (data.toString().includes('FINISHED')) await setTimeout(1_000);
        return false;
      },
    }),
  },
];

/** Takes a frame of this action as one of the associated connection, whichever it came on. */
function asIfAssociated(action: 'PONG' | 'FINISHED'): NonNullable<ServerMutant['tamper']> {
  return tamperStep((pool, input, policy, honest) => {
    if (input.type !== 'frame' || !isFrame(input, action)) return honest(pool, input, policy);
    const connection = pool.sessions.find(({ id }) => id === input.session)?.connection;
    return honest(pool, { ...input, connection: connection ?? input.connection }, policy);
  });
}
