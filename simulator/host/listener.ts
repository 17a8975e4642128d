import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { explainBindError } from './bind-error.ts';
import { createServerCloser } from './server-closer.ts';
import { createWebServer } from './web-server.ts';
import { createWebSocketHost } from './websocket.ts';
import type { WebSocketParts } from './websocket.ts';

export interface ListenOptions {
  /** 0, the default, takes any free port. */
  port?: number | undefined;
  /** `127.0.0.1` unless told. */
  host?: string | undefined;
  /** PEM texts: speaks HTTPS, and endpoints are `wss:`. */
  tls?: { cert: string; key: string } | undefined;
}

export interface ListenerParts extends WebSocketParts {
  /** @param remoteAddress the address that the request came from */
  readonly fetch: (request: Request, remoteAddress?: string) => Response | Promise<Response>;
}

/** A port that is listened on, for HTTP and WebSockets. */
export interface Listener {
  readonly url: string;
  /** Stops listening and drops what is open. */
  stop(): Promise<void>;
  /** Listens on the same port again. @throws {SimulatorError} `PortInUse` when another has taken it. */
  resume(): Promise<void>;
}

/** @throws {SimulatorError} `PortInUse`, `AddressNotAvailable` */
export async function startListener(parts: ListenerParts, options: ListenOptions = {}): Promise<Listener> {
  const { port = 0, host = '127.0.0.1', tls } = options;
  let bound = await bind(parts, port, host, tls);
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    stop: () => bound.close(),
    async resume() {
      bound = await bind(parts, bound.port, host, tls);
    },
  };
}

/** Paths are compared as they stand (PROTOCOL.md 3.52): written so, a URL does not resolve `.` and `..` in them. */
function keepDotSegments(target: string): string {
  const [path = '', ...query] = target.split(/(?=[?#])/);
  const kept = path.replaceAll(/(?<=\/)(?:\.|%2e){1,2}(?=\/|$)/gi, (dots) =>
    dots.replaceAll(/\.|%2e/gi, '%252E'),
  );
  return kept + query.join('');
}

interface Bound {
  readonly close: () => Promise<void>;
  readonly port: number;
}

async function bind(
  parts: ListenerParts,
  port: number,
  host: string,
  tls: ListenOptions['tls'],
): Promise<Bound> {
  const answer = getRequestListener((request, { incoming }) =>
    parts.fetch(request, incoming.socket.remoteAddress),
  );
  const { maxHeaderBytes, maxIdleTime, maxRequestTime } = parts.limits;
  const options = {
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: maxIdleTime,
    headersTimeout: maxRequestTime,
    requestTimeout: maxRequestTime,
    connectionsCheckingInterval: Math.min(5_000, maxRequestTime),
  };
  const sockets = createWebSocketHost(parts);
  const server = createWebServer({
    options,
    tls,
    onRequest(incoming, outgoing) {
      incoming.url = keepDotSegments(incoming.url ?? '');
      void answer(incoming, outgoing);
    },
    onUpgrade: sockets.upgrade,
  });
  const closeServer = createServerCloser(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainBindError(error, port, host)));
    server.listen(port, host, resolve);
  });
  return {
    close: () => closeServer(() => sockets.close()),
    port: (server.address() as AddressInfo).port,
  };
}
