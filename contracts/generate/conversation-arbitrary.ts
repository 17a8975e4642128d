import fc from 'fast-check';
import { OTHER_CUSTOMER, OTHER_OFFER } from './conversation.ts';
import type { Step } from './conversation.ts';

/** The names of devices that share a pool, most used first. */
const SHARERS = ['phone', 'tv', 'tablet', 'console', 'car', 'watch', 'fridge'];

/** The devices that share the first pool: one more than its limit, as far as there are names. */
export function sharersFor(limit: number): string[] {
  return SHARERS.slice(0, Math.max(2, limit + 1));
}

/** What a conversation may use of a subject. */
export interface ConversationOptions {
  limit: number;
  offers: number;
  takeover: boolean;
  /** Whether to let deadlines pass, which takes the subject's whole PONG deadline each time. */
  wait: boolean;
  maxSteps?: number | undefined;
}

/** Conversations of several devices; most steps of them make sense where they stand. */
export function conversations(options: ConversationOptions): fc.Arbitrary<Step[]> {
  const { limit, offers, takeover, wait, maxSteps = 14 } = options;
  const sharers = sharersFor(limit);
  const others = offers > 1 ? [OTHER_OFFER, OTHER_CUSTOMER] : [OTHER_CUSTOMER];
  const device = fc.constantFrom(...sharers, ...sharers, ...others);
  const sharer = fc.constantFrom(...sharers);
  const plain = (action: 'create' | 'connect' | 'open' | 'request' | 'mute' | 'speak' | 'finish' | 'cut') =>
    fc.record({ do: fc.constant(action), device });
  const takeOver = fc.record({ do: fc.constant('takeover' as const), device: sharer, victim: sharer });

  const step = fc.oneof(
    { weight: 6, arbitrary: plain('create') },
    { weight: 8, arbitrary: plain('connect') },
    { weight: 1, arbitrary: plain('open') },
    { weight: 2, arbitrary: plain('request') },
    { weight: 3, arbitrary: plain('finish') },
    { weight: 3, arbitrary: plain('cut') },
    ...(takeover ? [{ weight: 4, arbitrary: takeOver }] : []),
    ...(wait
      ? [
          { weight: 3, arbitrary: plain('mute') },
          { weight: 1, arbitrary: plain('speak') },
          { weight: 2, arbitrary: fc.constant<Step>({ do: 'wait' }) },
        ]
      : []),
  );
  return fc.array(step, { minLength: 2, maxLength: maxSteps, size: 'max' });
}
