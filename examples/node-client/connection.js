import { fromCallback } from 'xstate';
import { WebSocket } from 'ws';

/**
 * @typedef {{ type: 'OPEN' } | { type: 'OK' } | { type: 'EXPIRED' } | { type: 'TERMINATE' }
 *   | { type: 'TAKE_OVER', by: string } | { type: 'CLOSED' }} ConnectionEvent
 */

/** Messages are too short to compress; milliseconds for the closing handshake, before the socket is cut. */
const SOCKET_OPTIONS = { perMessageDeflate: false, closeTimeout: 1_000 };

/**
 * One WebSocket to an endpoint, as an actor: what the server says becomes a {@link ConnectionEvent}, and the
 * event `FINISH` becomes `FINISHED`. `REQUESTED` on opening and `PONG` to each `PING` are said here, so that
 * they do not depend on the state of the session. Stopping the actor closes the socket and makes it mute.
 */
export const connection = fromCallback(
  /**
   * @param {{ sendBack: (event: ConnectionEvent) => void, input: { endpoint: string },
   *   receive: (listener: (event: { type: string }) => void) => void }} actor
   */
  ({ sendBack, receive, input }) => {
    const socket = new WebSocket(input.endpoint, SOCKET_OPTIONS);
    let mute = false;
    const say = (/** @type {'REQUESTED' | 'PONG' | 'FINISHED'} */ action) => {
      if (!mute && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ action }));
    };

    socket.on('open', () => {
      say('REQUESTED');
      sendBack({ type: 'OPEN' });
    });
    socket.on('message', (data, isBinary) => {
      if (mute || isBinary) return;
      const message = parseMessage(/** @type {Buffer} */ (data).toString());
      if (message?.action === 'PING') return say('PONG');
      const event = toEvent(message);
      if (event) sendBack(event);
    });
    socket.on('unexpected-response', (_request, { statusCode }) => {
      // The token of the endpoint is not valid any more (5.34); any other status may pass.
      sendBack({ type: statusCode === 401 ? 'EXPIRED' : 'CLOSED' });
      socket.terminate();
    });
    socket.on('close', () => sendBack({ type: 'CLOSED' }));
    // An error is always followed by `close`, and its message may hold the endpoint, which is a secret (5.49).
    socket.on('error', () => {});

    receive(({ type }) => {
      if (type !== 'FINISH') return;
      say('FINISHED');
      mute = true;
    });
    return () => {
      mute = true;
      socket.close(1000);
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
