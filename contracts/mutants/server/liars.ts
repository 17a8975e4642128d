import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** A server that knows nothing of the protocol and yet may look well to a careless test. */
export interface Liar {
  readonly name: string;
  readonly lie: string;
  readonly listen: () => Promise<{ url: string; close: () => Promise<void> }>;
}

async function listen(server: Server): Promise<{ url: string; close: () => Promise<void> }> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => void server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const grant: RequestListener = (request, response) => {
  request.resume();
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ endpoint: `ws://${request.headers.host}/connect?token=${Math.random()}` }));
};

/** Grants whatever is asked; what its connections do is up to `onConnection`. */
function grantAll(onConnection: (socket: WebSocket) => void): Server {
  const server = createServer(grant);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', onConnection);
  server.on('close', () => sockets.close());
  return server;
}

export const SERVER_LIARS: readonly Liar[] = [
  {
    name: 'never-answers',
    lie: 'It takes connections and never answers a request with anything but an empty 200.',
    listen: () =>
      listen(
        createServer((request, response) => {
          request.resume();
          response.end();
        }),
      ),
  },
  {
    name: 'accepts-and-closes',
    lie: 'It grants every request and closes every connection at once.',
    listen: () => listen(grantAll((socket) => socket.close())),
  },
  {
    name: 'ok-to-everything',
    lie: 'It grants every request and answers every frame with OK.',
    listen: () => listen(grantAll((socket) => socket.on('message', () => socket.send('{"action":"OK"}')))),
  },
];
