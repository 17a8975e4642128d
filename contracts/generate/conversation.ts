import { z } from 'zod';

/**
 * One step of a conversation that several devices have with a server. A step that makes no sense where it stands (a
 * device without a session finishes) is passed over, so that any part of a conversation is one, too.
 */
export const stepSchema = z.discriminatedUnion('do', [
  /** Asks for a session. */
  z.strictObject({ do: z.literal('create'), device: z.string() }),
  /** Asks for a session and, refused at the limit, takes over the one of `victim`. */
  z.strictObject({ do: z.literal('takeover'), device: z.string(), victim: z.string() }),
  /** Opens a connection to its endpoint and sends REQUESTED. */
  z.strictObject({ do: z.literal('connect'), device: z.string() }),
  /** Opens a connection to its endpoint and says nothing. */
  z.strictObject({ do: z.literal('open'), device: z.string() }),
  /** Sends REQUESTED on the connection it has. */
  z.strictObject({ do: z.literal('request'), device: z.string() }),
  /** Leaves PING unanswered from now on. */
  z.strictObject({ do: z.literal('mute'), device: z.string() }),
  /** Answers PING again, and the one that is outstanding. */
  z.strictObject({ do: z.literal('speak'), device: z.string() }),
  z.strictObject({ do: z.literal('finish'), device: z.string() }),
  /** Drops its connection without a word. */
  z.strictObject({ do: z.literal('cut'), device: z.string() }),
  /** All let a whole PONG deadline pass. */
  z.strictObject({ do: z.literal('wait') }),
]);

export type Step = z.infer<typeof stepSchema>;

/**
 * The devices of a conversation. All belong to one customer and watch one offer, except these two: `laptop` watches
 * another offer (where the subject has one), `neighbour` is another customer.
 */
export const OTHER_OFFER = 'laptop';
export const OTHER_CUSTOMER = 'neighbour';

const WORDS: Record<Exclude<Step['do'], 'wait' | 'takeover'>, string> = {
  create: 'asks for a session',
  connect: 'connects and sends REQUESTED',
  open: 'opens a connection and says nothing',
  request: 'sends REQUESTED',
  mute: 'stops answering PING',
  speak: 'answers PING again',
  finish: 'sends FINISHED',
  cut: 'loses its connection',
};

/** A step as a line for a person: `tv: asks for a session`. */
export function formatStep(step: Step): string {
  if (step.do === 'wait') return 'all: wait until a PONG deadline has passed';
  if (step.do === 'takeover')
    return `${step.device}: asks for a session, and takes over the one of ${step.victim}`;
  return `${step.device}: ${WORDS[step.do]}`;
}
