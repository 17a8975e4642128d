import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes requests and never answers. A client that starts by itself waits in it instead of failing. */
export interface WaitingRoom {
  /** A base URL. */
  readonly url: string;
  /** Resolves when the first request comes. */
  readonly entered: Promise<void>;
  close(): Promise<void>;
}

/** Opens a waiting room on a free port of 127.0.0.1. */
export async function openWaitingRoom(): Promise<WaitingRoom> {
  const server = createServer();
  const entered = once(server, 'request').then(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    entered,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
