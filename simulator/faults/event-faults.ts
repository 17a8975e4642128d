import { z } from 'zod';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../../protocol/messages.ts';
import { defineFaultKinds, milliseconds } from './fault-kind.ts';

/** What a fault can wait for: its own adding, the opening of a connection, or a frame that has arrived or left. */
export const FAULT_EVENTS = ['now', 'open', ...CLIENT_ACTIONS, ...SERVER_ACTIONS] as const;
export type FaultEvent = (typeof FAULT_EVENTS)[number];

const upon = (event: FaultEvent) =>
  z
    .enum(FAULT_EVENTS)
    .default(event)
    .meta({ description: 'What sets it off; "now" means every connection that is open.' });

const after = milliseconds('How long after that.').default(0);

export const EVENT_FAULTS = defineFaultKinds('event', {
  'early-ok': {
    description: 'OK comes before the client has sent REQUESTED.',
    parameters: { upon: z.literal('open').default('open').meta({ description: 'The opening.' }), after },
  },
  'ping-burst': {
    description: 'Many PINGs come at once, of which the server keeps no account.',
    parameters: {
      upon: upon('OK'),
      after,
      count: z.int().min(1).max(10_000).default(10).meta({ description: 'How many.' }),
    },
  },
  'unknown-action': {
    description: 'A message comes whose action nobody knows.',
    parameters: {
      upon: upon('OK'),
      after,
      action: z.string().min(1).default('SURPRISE').meta({ description: 'The action.' }),
    },
  },
  'send-frame': {
    description: 'A frame comes that the protocol does not have: any text, or any bytes.',
    parameters: {
      upon: upon('OK'),
      after,
      text: z.string().default('').meta({ description: 'The text frame.' }),
      base64: z.base64().optional().meta({ description: 'The bytes of a binary frame, in place of a text.' }),
    },
  },
  'cut-connection': {
    description: 'The connection breaks off with a TCP reset, without a close frame.',
    parameters: { upon: upon('OK'), after },
  },
  'half-open': {
    description:
      'From here on everything is lost in one direction or both, closes too, and neither side notices.',
    parameters: {
      upon: upon('OK'),
      after,
      lost: z
        .enum(['in', 'out', 'both'])
        .default('both')
        .meta({ description: 'What is lost: frames to the server (in), to the client (out), or all.' }),
    },
  },
  'expire-session': {
    description:
      'The server forgets the session, says EXPIRED and closes; upon "now" it does so to every one in scope.',
    parameters: { upon: upon('now'), after },
  },
  deploy: {
    description:
      'The server goes down and comes back on the same port: its connections are cut, and unless told its sessions are forgotten.',
    parameters: {
      upon: z.literal('now').default('now').meta({ description: 'At once.' }),
      after,
      downtime: milliseconds('How long nobody listens.').default(0),
      sessions: z
        .enum(['forgotten', 'kept'])
        .default('forgotten')
        .meta({ description: 'What becomes of session records.' }),
    },
  },
});
