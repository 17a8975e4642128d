import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Ends a server for good: it takes no further connection, lets `farewell` have its time, and drops what is open then. */
export type CloseServer = (farewell?: () => Promise<void>) => Promise<void>;

/**
 * Gives what ends a server; to be called before the server listens. It keeps account of every transport: of one that
 * speaks WebSocket, waits behind a refused upgrade, or is in its TLS handshake still, the server itself knows nothing.
 */
export function createServerCloser(server: Server): CloseServer {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    // Heard again of each whose offer of an upgrade is passed over.
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async (farewell) => {
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    await farewell?.();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}
