import type { PoolEffect, PoolInput, PoolPolicy, PoolState, PoolStep } from '../../../protocol/model/pool.ts';
import { stepPool } from '../../../protocol/model/pool.ts';
import type { SimulatorOptions } from '../../../simulator/options.ts';
import type { Simulator } from '../../../simulator/simulator.ts';
import type { PoolStore } from '../../../simulator/store/pool-store.ts';
import type { Tamper } from '../../../simulator/tamper.ts';

/** A server with one fault, and the rule that must find it. */
export interface ServerMutant {
  readonly name: string;
  /** What is wrong with it, in one sentence. */
  readonly fault: string;
  /** The rule that it breaks: only a failure of this one counts as found. */
  readonly breaks: string;
  readonly settings?: SimulatorOptions['settings'];
  readonly store?: () => PoolStore;
  /** Made anew for each server, since a fault may have a memory. `simulator` gives the server itself, once it is there. */
  readonly tamper?: (simulator: () => Simulator) => Tamper;
}

type Step = typeof stepPool;

/** A fault in the model's step. `honest` is the step as it should be. */
export function tamperStep(
  fault: (pool: PoolState, input: PoolInput, policy: PoolPolicy, honest: Step) => PoolStep,
): () => Tamper {
  return () => ({ stepPool: (pool, input, policy) => fault(pool, input, policy, stepPool) });
}

/** A fault in what the model's step has done: effects are left out, added, or changed. */
export function tamperEffects(
  fault: (effects: readonly PoolEffect[], input: PoolInput, pool: PoolState) => readonly PoolEffect[],
): () => Tamper {
  return tamperStep((pool, input, policy, honest) => {
    const [next, effects] = honest(pool, input, policy);
    return [next, fault(effects, input, pool)];
  });
}

/** Leaves out the effects that match. */
export function withoutEffects(match: (effect: PoolEffect) => boolean): () => Tamper {
  return tamperEffects((effects) => effects.filter((effect) => !match(effect)));
}

/** Whether an effect sends this action. */
export function sends(effect: PoolEffect, action: string): effect is Extract<PoolEffect, { type: 'send' }> {
  return effect.type === 'send' && effect.message.action === action;
}

/** Whether an input is a frame of this action. */
export function isFrame(input: PoolInput, action: string): boolean {
  return input.type === 'frame' && input.action === action;
}

/** The pool without one of its records. */
export function endRecord(pool: PoolState, session: string): PoolState {
  return { sessions: pool.sessions.filter(({ id }) => id !== session) };
}

/** Lets an effect happen a number of times for each session, and then no more. */
export function onlyTimes(times: number, match: (effect: PoolEffect) => boolean) {
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
