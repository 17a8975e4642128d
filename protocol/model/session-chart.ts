import { setup, stateIn } from 'xstate';
import type { ServerAction } from '../messages.ts';

/** Why a session record came to its end. */
export type EndReason = 'finished' | 'taken-over' | 'missed-pong' | 'abandoned' | 'expired';

/** Why the server closes a connection. */
export type CloseReason = EndReason | 'superseded' | 'terminated' | 'unknown-session';

/**
 * The connection that a step is about: the one associated with the record, the one that the step replaces,
 * or the one whose frame is being handled.
 */
export type ConnectionRole = 'associated' | 'former' | 'sender';

/** What happens to a session record, in the words of the chart. */
export type SessionEvent =
  /** REQUESTED on a connection that is not the associated one. */
  | { type: 'REQUESTED' }
  /** REQUESTED once more on the associated connection. */
  | { type: 'REQUESTED_AGAIN' }
  | { type: 'PONG' }
  | { type: 'FINISHED' }
  | { type: 'CONNECTION_LOST' }
  /** A session came into being in the pool, or somebody asks for signs of life. */
  | { type: 'PING' }
  | { type: 'TAKEN_OVER' }
  /** The server throws the connection out, the record stays. */
  | { type: 'TERMINATE' }
  /** The server forgets the record. */
  | { type: 'EXPIRE' };

/**
 * The life of one session record. It is finite and keeps no data: names, identifiers and milliseconds belong to
 * the pool, so the chart can be compiled to a table (`session-table.ts`). Actions are named and only declare
 * effects; nothing here sends, closes or waits.
 */
export const sessionChart = setup({
  types: { events: {} as SessionEvent },
  actions: {
    send: (_, _params: { action: ServerAction; to: ConnectionRole }) => {},
    close: (_, _params: { connection: ConnectionRole; because: CloseReason }) => {},
    associateSender: () => {},
    dissociate: () => {},
    endRecord: (_, _params: { reason: EndReason }) => {},
  },
  // The numbers stand for nothing: the runtime knows how long a named delay lasts (see settings.ts).
  delays: { pongTimeout: 1, pendingTimeout: 2 },
  guards: {
    isPending: stateIn({ live: { link: 'pending' } }),
    isConnected: stateIn({ live: { link: 'connected' } }),
  },
}).createMachine({
  id: 'session',
  initial: 'live',
  states: {
    live: {
      type: 'parallel',
      on: {
        TAKEN_OVER: {
          target: 'ended',
          actions: [
            { type: 'endRecord', params: { reason: 'taken-over' } },
            { type: 'send', params: { action: 'TAKE_OVER', to: 'associated' } },
            { type: 'close', params: { connection: 'associated', because: 'taken-over' } },
          ],
        },
        EXPIRE: {
          target: 'ended',
          actions: [
            { type: 'endRecord', params: { reason: 'expired' } },
            { type: 'send', params: { action: 'EXPIRED', to: 'associated' } },
            { type: 'close', params: { connection: 'associated', because: 'expired' } },
          ],
        },
      },
      states: {
        link: {
          initial: 'pending',
          states: {
            pending: {
              after: {
                pendingTimeout: {
                  target: '#session.ended',
                  actions: { type: 'endRecord', params: { reason: 'abandoned' } },
                },
              },
              on: {
                REQUESTED: {
                  target: 'connected',
                  actions: ['associateSender', { type: 'send', params: { action: 'OK', to: 'associated' } }],
                },
              },
            },
            connected: {
              on: {
                REQUESTED_AGAIN: { actions: { type: 'send', params: { action: 'OK', to: 'associated' } } },
                REQUESTED: {
                  actions: [
                    'associateSender',
                    { type: 'send', params: { action: 'TERMINATE', to: 'former' } },
                    { type: 'close', params: { connection: 'former', because: 'superseded' } },
                    { type: 'send', params: { action: 'OK', to: 'associated' } },
                  ],
                },
                PING: { actions: { type: 'send', params: { action: 'PING', to: 'associated' } } },
                TERMINATE: {
                  target: 'lost',
                  actions: [
                    { type: 'send', params: { action: 'TERMINATE', to: 'associated' } },
                    { type: 'close', params: { connection: 'associated', because: 'terminated' } },
                    'dissociate',
                  ],
                },
                CONNECTION_LOST: { target: 'lost', actions: 'dissociate' },
                FINISHED: {
                  target: '#session.ended',
                  actions: [
                    { type: 'endRecord', params: { reason: 'finished' } },
                    { type: 'close', params: { connection: 'associated', because: 'finished' } },
                  ],
                },
              },
            },
            lost: {
              on: {
                REQUESTED: {
                  target: 'connected',
                  actions: ['associateSender', { type: 'send', params: { action: 'OK', to: 'associated' } }],
                },
              },
            },
          },
        },
        liveness: {
          initial: 'quiet',
          states: {
            quiet: {
              // A record that was never REQUESTED has its own deadline, pendingTimeout.
              on: { PING: [{ guard: 'isPending' }, { target: 'pinged' }] },
            },
            pinged: {
              after: {
                pongTimeout: {
                  target: '#session.ended',
                  actions: [
                    { type: 'endRecord', params: { reason: 'missed-pong' } },
                    { type: 'close', params: { connection: 'associated', because: 'missed-pong' } },
                  ],
                },
              },
              // A client that comes back on a new connection has shown that it lives.
              on: { PONG: { target: 'quiet', guard: 'isConnected' }, REQUESTED: 'quiet' },
            },
          },
        },
      },
    },
    ended: {
      on: {
        REQUESTED: {
          actions: [
            { type: 'send', params: { action: 'EXPIRED', to: 'sender' } },
            { type: 'close', params: { connection: 'sender', because: 'unknown-session' } },
          ],
        },
      },
    },
  },
});
