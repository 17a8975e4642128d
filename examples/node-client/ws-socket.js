import { WebSocket } from 'ws';

/** Messages are too short to compress; milliseconds for the closing handshake, before the socket is cut. */
const SOCKET_OPTIONS = { perMessageDeflate: false, closeTimeout: 1_000 };

/**
 * A WebSocket of the package `ws`, which Node 20 has none of its own for.
 * @type {import('./connection.js').OpenSocket}
 */
export const openSocket = (url, listener) => {
  const socket = new WebSocket(url, SOCKET_OPTIONS);
  socket.on('open', () => listener.opened());
  socket.on('message', (data, isBinary) => {
    if (!isBinary) listener.heard(/** @type {Buffer} */ (data).toString());
  });
  socket.on('unexpected-response', (_request, { statusCode }) => {
    listener.refused(statusCode ?? 0);
    socket.terminate();
  });
  socket.on('close', () => listener.closed());
  // An error is always followed by `close`, and its message may hold the endpoint, which is a secret (5.49).
  socket.on('error', () => {});
  return {
    say: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(1000),
  };
};
