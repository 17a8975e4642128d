import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { verifyEndpointToken } from '../../protocol/tokens.ts';
import type { EndpointClaims } from '../../protocol/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Journal } from '../journal.ts';
import { redact, redactHeaders } from '../redact.ts';
import type { Runtime } from '../runtime.ts';
import { CONNECT_PATH } from './http-app.ts';

export interface WebSocketParts {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly endpointSecret: string;
  readonly newId: (kind: 'connection') => string;
}

/** The largest frame that is accepted, in bytes; a larger one closes its connection with 1009. */
export const MAX_FRAME_BYTES = 64 * 1024;

export interface WebSocketHost {
  /** Takes no more upgrades and waits a moment for closing handshakes under way; then drops what is left. */
  close(): Promise<void>;
}

/** How long closing handshakes may take when the server goes down, in milliseconds. */
const SHUTDOWN_GRACE = 250;

/** Takes the upgrades of a server, verifies the endpoint's token, and translates `ws` to the runtime's connection. */
export function serveWebSockets(server: Server, parts: WebSocketParts): WebSocketHost {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(sockets, parts, request, socket, head).catch((error: unknown) => {
      parts.journal.write({}, { kind: 'note', text: `fault of the simulator: ${String(error)}` });
      socket.destroy();
    });
  });
  return {
    async close() {
      const gone = [...sockets.clients].map((socket) => once(socket, 'close'));
      await Promise.race([Promise.all(gone), setTimeout(SHUTDOWN_GRACE, undefined, { ref: false })]);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

async function upgrade(
  sockets: WebSocketServer,
  parts: WebSocketParts,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const url = parseTarget(request.url);
  if (url?.pathname !== CONNECT_PATH) {
    refuse(parts, request, socket, 404, 'Connect to the endpoint that a create gave, as it stands.');
    return;
  }
  const token = url.searchParams.get('token') ?? '';
  const verified = await verifyEndpointToken(token, parts.endpointSecret, parts.clock.now());
  if (!verified.ok) {
    refuse(parts, request, socket, 401, verified.problem);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) =>
    accept(parts, request, webSocket, verified.claims),
  );
}

function parseTarget(target = ''): URL | undefined {
  return URL.canParse(target, 'ws://localhost') ? new URL(target, 'ws://localhost') : undefined;
}

function refuse(
  parts: WebSocketParts,
  request: IncomingMessage,
  socket: Duplex,
  status: number,
  message: string,
): void {
  const url = redact(request.url ?? '');
  parts.journal.write({}, { kind: 'refused-upgrade', url, status, message });
  const code = status === 401 ? 'Unauthorized' : 'NotFound';
  const body = JSON.stringify({ code, message });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function accept(
  parts: WebSocketParts,
  request: IncomingMessage,
  webSocket: WebSocket,
  claims: EndpointClaims,
): void {
  const { runtime, journal } = parts;
  const connection = wrapWebSocket(webSocket, parts.newId('connection'));
  const { publisherId, customerId, offerId, sessionId } = claims;
  journal.write(
    { publisherId, customerId, offerId, sessionId, connection: connection.id },
    { kind: 'open', url: redact(request.url ?? ''), headers: redactHeaders(readHeaders(request)) },
  );
  // The runtime handles the inputs of a pool in the order in which they arrive here.
  void runtime.opened({ connection, claims });
  webSocket.on('message', (data, isBinary) => void runtime.received(connection.id, readData(data, isBinary)));
  webSocket.on('close', (code, reason) => {
    const by = code === 1006 ? 'network' : 'client';
    void runtime.closed(connection.id, by, code, reason.toString());
  });
  // A protocol error of the peer: `ws` closes the connection and reports that as a close.
  webSocket.on('error', () => {});
}

/** How long a peer may take to answer a close frame before the transport is dropped, in milliseconds. */
const CLOSE_GRACE = 2_000;

function wrapWebSocket(webSocket: WebSocket, id: string): Connection {
  return {
    id,
    send: (data) => webSocket.send(data, { binary: typeof data !== 'string' }),
    close(code, reason) {
      webSocket.close(code, reason);
      const cancel = new AbortController();
      webSocket.once('close', () => cancel.abort());
      setTimeout(CLOSE_GRACE, undefined, { ref: false, signal: cancel.signal }).then(
        () => webSocket.terminate(),
        () => {},
      );
    },
    cut: () => webSocket.terminate(),
  };
}

function readData(data: RawData, isBinary: boolean): string | Uint8Array {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  return isBinary ? bytes : bytes.toString();
}

function readHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
}
