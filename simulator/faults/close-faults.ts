import { z } from 'zod';
import { defineFaultKinds } from './fault-kind.ts';

/** The closes that the server makes by itself, as they are called in `because`. */
export const CLOSES = [
  'taken-over',
  'superseded',
  'terminated',
  'finished',
  'expired',
  'unknown-session',
  'missed-pong',
] as const;

export const CLOSE_FAULTS = defineFaultKinds('close', {
  'withhold-close': {
    description:
      'The server does not close where it should: after TAKE_OVER, unless told, the connection stays open and mute.',
    parameters: {
      because: z.enum(CLOSES).default('taken-over').meta({ description: 'Which close is left out.' }),
    },
  },
});
