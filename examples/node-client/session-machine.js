import { assign, emit, enqueueActions, raise, sendTo, setup, spawnChild, stopChild } from 'xstate';
import { connection } from './connection.js';
import { sessionRequest } from './drisc-api.js';
import { isFor } from './stored-session.js';

/** @typedef {import('./drisc-api.js').PlayRequest} PlayRequest */
/**
 * @typedef {{
 *   storage: import('./stored-session.js').Storage,
 *   openSocket: import('./connection.js').OpenSocket,
 *   request: PlayRequest | null,
 *   next: PlayRequest | null,
 *   victim: string | null,
 *   endpoint: string,
 *   offersTakeover: boolean,
 *   failures: number,
 *   renewals: number,
 * }} Context `next` is a request that waits until the session before it is left. `failures` (connections lost)
 *   and `renewals` (sessions asked for after `EXPIRED`) count since the session was last settled.
 */
/**
 * @typedef {{ type: 'START', request: PlayRequest } | { type: 'STOP' } | { type: 'TAKEOVER', victim: string }
 *   | { type: 'RESUME' } | { type: 'DROP' }} UserEvent
 */
/** @typedef {UserEvent | import('./drisc-api.js').Answer | import('./connection.js').ConnectionEvent} Event */
/**
 * What the user sees, in the words of docs/driver-protocol.md.
 * @typedef {{ type: 'playback', playing: boolean } | { type: 'taken-over', by: string }
 *   | { type: 'limit', takeover: boolean, sessions: import('./drisc-api.js').ActiveSession[] }
 *   | { type: 'error', message: string }} Emitted
 */

/** Milliseconds. */
const delays = {
  /** Half a second inside the grace time of 5.28, so that playback stops in time on a busy machine. */
  grace: 4_500,
  connectTimeout: 5_000,
  okTimeout: 30_000,
  /** From then on a session counts as sound, and a new loss is a first one again. */
  settled: 10_000,
  /** After `FINISHED` the server may close first (5.23). */
  linger: 1_000,
  /** For everything that is left to do after the user has stopped. */
  leaving: 5_000,
  backOff: (/** @type {{ context: Context }} */ { context }) => backOff(context.failures),
};
const FIRST_WAIT = 300;
const LONGEST_WAIT = 24_000;
const LONGEST_JITTER = 0.25;
const MOST_RENEWALS = 1;

/** 300 ms after the first failure, twice as long after each further one, and at most 30 s with the jitter. */
const backOff = (/** @type {number} */ failures) =>
  Math.min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT) * (1 + LONGEST_JITTER * Math.random());

/**
 * The life of a client, from the press on play to `FINISHED`. Numbers in the chart are requirements of
 * PROTOCOL.md. It runs in Node and in a page: its input is what differs, the `storage` and how to open a socket. It
 * emits what the user sees ({@link Emitted}). `DROP` is a page that goes away: the connection closes without `FINISHED`.
 */
export const sessionMachine = setup({
  types: {
    input: /** @type {Pick<Context, 'storage' | 'openSocket'>} */ ({}),
    context: /** @type {Context} */ ({}),
    events: /** @type {Event} */ ({}),
    emitted: /** @type {Emitted} */ ({}),
  },
  actors: { sessionRequest, connection },
  delays,
  guards: {
    hasNext: ({ context }) => context.next !== null,
    hasStoredSession: ({ context }) => context.storage.load() !== undefined,
    isStoredFor: ({ context }) => context.request !== null && isFor(context.storage.load(), context.request),
    offersTakeover: ({ context }) => context.offersTakeover,
    isTakeover: ({ context }) => context.victim !== null,
    mayRenew: ({ context }) => context.renewals < MOST_RENEWALS,
  },
  actions: {
    play: emit({ type: 'playback', playing: true }),
    pause: emit({ type: 'playback', playing: false }),
    tell: emit((_, /** @type {{ message: string }} */ { message }) => ({ type: 'error', message })),
    tellTakenOver: emit((_, /** @type {{ by: string }} */ { by }) => ({ type: 'taken-over', by })),

    begin: assign((_, /** @type {PlayRequest | null} */ request) => ({
      request,
      next: null,
      victim: null,
      offersTakeover: false,
      failures: 0,
      renewals: 0,
    })),
    queue: assign({ next: (_, /** @type {PlayRequest} */ request) => request }),
    stopFirst: raise({ type: 'STOP' }),
    dequeue: assign({ next: null }),
    choose: assign({ victim: (_, /** @type {string} */ victim) => victim }),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    countRenewal: assign({ renewals: ({ context }) => context.renewals + 1 }),
    settle: assign({ failures: 0, renewals: 0 }),

    offer: enqueueActions(
      (
        { enqueue },
        /** @type {{ takeover: boolean, sessions: import('./drisc-api.js').ActiveSession[] }} */ limit,
      ) => {
        enqueue.assign({ offersTakeover: limit.takeover });
        enqueue.emit({ type: 'limit', ...limit });
      },
    ),
    hold: assign((_, /** @type {string} */ endpoint) => ({ endpoint, victim: null })),
    store: ({ context }) => {
      if (context.request) context.storage.save({ endpoint: context.endpoint, request: context.request });
    },
    recall: assign({ endpoint: ({ context }) => context.storage.load()?.endpoint ?? '' }),
    forget: ({ context }) => context.storage.forget(context.endpoint),

    connect: spawnChild('connection', {
      id: 'connection',
      input: ({ context: { endpoint, openSocket } }) => ({ endpoint, openSocket }),
    }),
    disconnect: stopChild('connection'),
    finish: sendTo('connection', { type: 'FINISH' }),
  },
}).createMachine({
  id: 'drisc-client',
  context: ({ input }) => ({
    storage: input.storage,
    openSocket: input.openSocket,
    request: null,
    next: null,
    victim: null,
    endpoint: '',
    offersTakeover: false,
    failures: 0,
    renewals: 0,
  }),
  initial: 'resting',
  on: {
    DROP: { target: '.resting', actions: { type: 'begin', params: null } },
  },
  states: {
    resting: {
      entry: 'disconnect',
      always: {
        guard: 'hasNext',
        target: 'starting',
        actions: { type: 'begin', params: ({ context }) => context.next },
      },
      on: {
        START: { target: 'starting', actions: { type: 'begin', params: ({ event }) => event.request } },
        RESUME: {
          guard: 'hasStoredSession',
          target: 'session',
          actions: [
            { type: 'begin', params: ({ context }) => context.storage.load()?.request ?? null },
            'recall',
          ],
        },
      },
      initial: 'idle',
      states: {
        idle: {},
        atLimit: {
          on: {
            // The user's choice, and no one else's (5.40).
            TAKEOVER: [
              {
                guard: 'offersTakeover',
                target: '#drisc-client.requesting',
                actions: { type: 'choose', params: ({ event }) => event.victim },
              },
              { actions: { type: 'tell', params: { message: 'Takeover is not offered.' } } },
            ],
            STOP: 'idle',
          },
        },
        takenOver: {},
        superseded: {},
        ended: {},
      },
    },

    // A stored endpoint that fits goes before a new session (5.45, 5.48).
    starting: {
      always: [{ guard: 'isStoredFor', target: 'session', actions: 'recall' }, { target: 'requesting' }],
    },

    requesting: {
      entry: 'disconnect',
      invoke: {
        src: 'sessionRequest',
        input: ({ context }) => ({
          request: /** @type {PlayRequest} */ (context.request),
          victim: context.victim,
        }),
      },
      initial: 'wanted',
      states: {
        wanted: {
          on: {
            GRANTED: {
              target: '#drisc-client.session',
              actions: [{ type: 'hold', params: ({ event }) => event.endpoint }, 'store'],
            },
            DISABLED: '#drisc-client.untracked',
            LIMIT: {
              target: '#drisc-client.resting.atLimit',
              actions: {
                type: 'offer',
                params: ({ event: { takeover, sessions } }) => ({ takeover, sessions }),
              },
            },
            REFUSED: [
              {
                // The others may still be chosen from (5.42).
                guard: 'isTakeover',
                target: '#drisc-client.resting.atLimit',
                actions: { type: 'tell', params: ({ event: { message } }) => ({ message }) },
              },
              {
                target: '#drisc-client.resting.ended',
                actions: { type: 'tell', params: ({ event: { message } }) => ({ message }) },
              },
            ],
            STOP: 'unwanted',
            START: { actions: [{ type: 'queue', params: ({ event }) => event.request }, 'stopFirst'] },
          },
        },
        // The server may grant it yet. That session holds a slot until it is finished.
        unwanted: {
          on: {
            GRANTED: {
              target: '#drisc-client.leaving',
              actions: { type: 'hold', params: ({ event }) => event.endpoint },
            },
            DISABLED: '#drisc-client.resting.ended',
            LIMIT: '#drisc-client.resting.ended',
            REFUSED: '#drisc-client.resting.ended',
            STOP: { actions: 'dequeue' },
            START: { actions: { type: 'queue', params: ({ event }) => event.request } },
          },
          after: { leaving: '#drisc-client.resting.ended' },
        },
      },
    },

    // DRISC is disabled: play, and connect nowhere (5.12).
    untracked: {
      entry: 'play',
      exit: 'pause',
      on: {
        STOP: 'resting.ended',
        START: { actions: [{ type: 'queue', params: ({ event }) => event.request }, 'stopFirst'] },
      },
    },

    session: {
      type: 'parallel',
      on: {
        START: { actions: [{ type: 'queue', params: ({ event }) => event.request }, 'stopFirst'] },
        TAKE_OVER: {
          target: 'resting.takenOver',
          actions: ['forget', { type: 'tellTakenOver', params: ({ event }) => ({ by: event.by }) }],
        },
        // Another page of this client may be using the stored endpoint (5.47).
        TERMINATE: {
          target: 'resting.superseded',
          actions: { type: 'tell', params: { message: 'The session goes on in another place.' } },
        },
        EXPIRED: [
          { guard: 'mayRenew', target: 'requesting', actions: ['forget', 'countRenewal'] },
          {
            target: 'resting.ended',
            actions: ['forget', { type: 'tell', params: { message: 'The session has expired.' } }],
          },
        ],
      },
      states: {
        link: {
          initial: 'connecting',
          states: {
            connecting: {
              entry: 'connect',
              on: {
                OPEN: 'waitingForOk',
                CLOSED: 'backingOff',
                STOP: '#drisc-client.leaving.waitingForOk',
              },
              after: { connectTimeout: 'backingOff' },
            },
            waitingForOk: {
              on: {
                OK: 'granted',
                CLOSED: 'backingOff',
                STOP: '#drisc-client.leaving.waitingForOk',
              },
              after: { okTimeout: 'backingOff' },
            },
            granted: {
              on: { CLOSED: 'backingOff', STOP: '#drisc-client.leaving.finishing' },
              after: { settled: { actions: 'settle' } },
            },
            // The same endpoint again, however the connection was lost (5.26, 5.31).
            backingOff: {
              entry: ['disconnect', 'countFailure'],
              on: { STOP: '#drisc-client.leaving.connecting' },
              after: { backOff: 'connecting' },
            },
          },
        },
        playback: {
          initial: 'gated',
          states: {
            gated: { on: { OK: 'playing' } },
            playing: {
              entry: 'play',
              exit: 'pause',
              initial: 'connected',
              states: {
                connected: { on: { CLOSED: 'inGrace' } },
                inGrace: {
                  on: { OK: 'connected' },
                  after: { grace: '#drisc-client.session.playback.gated' },
                },
              },
            },
          },
        },
      },
    },

    // The user has stopped, and what is left is to free the slot: OK is waited for only to say FINISHED, and a
    // lost connection is tried once more (5.24, 5.25).
    leaving: {
      entry: 'forget',
      on: {
        CLOSED: 'resting.ended',
        EXPIRED: 'resting.ended',
        TERMINATE: 'resting.ended',
        TAKE_OVER: 'resting.ended',
        STOP: { actions: 'dequeue' },
        START: { actions: { type: 'queue', params: ({ event }) => event.request } },
      },
      after: { leaving: 'resting.ended' },
      initial: 'connecting',
      states: {
        connecting: { entry: 'connect', on: { OK: 'finishing' } },
        waitingForOk: { on: { OK: 'finishing' } },
        finishing: { entry: 'finish', after: { linger: '#drisc-client.resting.ended' } },
      },
    },
  },
});
