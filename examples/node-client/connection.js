import { fromCallback } from 'xstate';

/**
 * @typedef {{ type: 'OPEN' } | { type: 'OK' } | { type: 'EXPIRED' } | { type: 'TERMINATE' }
 *   | { type: 'TAKE_OVER', by: string } | { type: 'CLOSED' }} ConnectionEvent
 */
/**
 * What a socket tells. `heard` gets the text frames only, and `refused` the status of an upgrade that was refused, where
 * the platform shows it; `closed` comes last, once, whatever went before.
 * @typedef {{ opened(): void, heard(text: string): void, refused(status: number): void, closed(): void }} SocketListener
 */
/**
 * Opens a WebSocket, as the platform does it. `say` is without effect while the socket is not open.
 * @typedef {(url: string, listener: SocketListener) => { say(text: string): void, close(): void }} OpenSocket
 */

/**
 * One WebSocket to an endpoint, as an actor: what the server says becomes a {@link ConnectionEvent}, and the
 * event `FINISH` becomes `FINISHED`. `REQUESTED` on opening and `PONG` to each `PING` are said here, so that
 * they do not depend on the state of the session. Stopping the actor closes the socket and makes it mute.
 */
export const connection = fromCallback(
  /**
   * @param {{ sendBack: (event: ConnectionEvent) => void, input: { endpoint: string, openSocket: OpenSocket },
   *   receive: (listener: (event: { type: string }) => void) => void }} actor
   */
  ({ sendBack, receive, input }) => {
    let mute = false;
    const say = (/** @type {'REQUESTED' | 'PONG' | 'FINISHED'} */ action) => {
      if (!mute) socket.say(JSON.stringify({ action }));
    };

    const socket = input.openSocket(input.endpoint, {
      opened() {
        say('REQUESTED');
        sendBack({ type: 'OPEN' });
      },
      heard(text) {
        if (mute) return;
        const message = parseMessage(text);
        if (message?.action === 'PING') return say('PONG');
        const event = toEvent(message);
        if (event) sendBack(event);
      },
      // The token of the endpoint is not valid any more (5.34); any other status may pass.
      refused: (status) => sendBack({ type: status === 401 ? 'EXPIRED' : 'CLOSED' }),
      closed: () => sendBack({ type: 'CLOSED' }),
    });

    receive(({ type }) => {
      if (type !== 'FINISH') return;
      say('FINISHED');
      mute = true;
    });
    return () => {
      mute = true;
      socket.close();
    };
  },
);

/** @returns {{ action: string, sessionName?: unknown } | undefined} */
const parseMessage = (/** @type {string} */ text) => {
  try {
    const message = JSON.parse(text);
    return typeof message?.action === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
};

/** @returns {ConnectionEvent | undefined} */
const toEvent = (/** @type {ReturnType<typeof parseMessage>} */ message) => {
  switch (message?.action) {
    case 'OK':
    case 'EXPIRED':
    case 'TERMINATE':
      return { type: message.action };
    case 'TAKE_OVER':
      return { type: 'TAKE_OVER', by: typeof message.sessionName === 'string' ? message.sessionName : '' };
    default:
      return undefined;
  }
};
