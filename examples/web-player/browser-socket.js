/**
 * The browser's own WebSocket. It shows no status of an upgrade that was refused, so `refused` is never told.
 * @type {import('../node-client/connection.js').OpenSocket}
 */
export const openSocket = (url, listener) => {
  const socket = new WebSocket(url);
  socket.addEventListener('open', () => listener.opened());
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') listener.heard(data);
  });
  socket.addEventListener('close', () => listener.closed());
  return {
    say: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(1000),
  };
};
