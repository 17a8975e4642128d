import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { verifyEndpointToken } from '../../protocol/tokens.ts';
import type { EndpointClaims } from '../../protocol/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Faults } from '../faults/faults.ts';
import { planUpgrade } from '../faults/upgrade-faults.ts';
import type { Journal } from '../journal.ts';
import type { Limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { Tamper } from '../tamper.ts';
import { CONNECT_PATH } from './http-app.ts';

export interface WebSocketParts {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly endpointSecret: string;
  readonly newId: (kind: 'connection') => string;
  readonly tamper: Tamper;
}

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
    maxPayload: parts.limits.maxFrameBytes,
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
  const verify = parts.tamper.verifyEndpointToken ?? verifyEndpointToken;
  const verified = await verify(token, parts.endpointSecret, parts.clock.now());
  if (!verified.ok) {
    refuse(parts, request, socket, 401, verified.problem);
    return;
  }
  if (sockets.clients.size >= parts.limits.maxConnections) {
    refuse(parts, request, socket, 503, 'There are more connections than this simulator bears.');
    return;
  }
  const { claims } = verified;
  const subject = { ...claims, nth: parts.runtime.nextNth(claims.sessionId) };
  const plan = planUpgrade(parts.faults.strike('upgrade', subject));
  if (plan.refuse !== undefined) {
    refuse(parts, request, socket, plan.refuse, 'The service is not available.', plan.injected);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) =>
    accept(parts, { request, socket, webSocket, claims, silenced: plan.silent ? plan.injected : undefined }),
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
  injected?: string,
): void {
  const url = request.url ?? '';
  const subject = injected === undefined ? {} : { injected };
  parts.journal.write(subject, { kind: 'refused-upgrade', url, status, message });
  const code = REFUSALS[status] ?? 'Unavailable';
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

const REFUSALS: Record<number, string> = { 401: 'Unauthorized', 404: 'NotFound' };

/** An upgrade that is being accepted. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly webSocket: WebSocket;
  readonly claims: EndpointClaims;
  /** The fault because of which the connection stays mute. */
  readonly silenced: string | undefined;
}

function accept(parts: WebSocketParts, { request, socket, webSocket, claims, silenced }: Upgrade): void {
  const { runtime, journal } = parts;
  const connection = wrapWebSocket(webSocket, socket, parts);
  const { publisherId, customerId, offerId, sessionId } = claims;
  const subject = { publisherId, customerId, offerId, sessionId, connection: connection.id };
  journal.write(silenced === undefined ? subject : { ...subject, injected: silenced }, {
    kind: 'open',
    url: request.url ?? '',
    headers: readHeaders(request),
  });
  // The runtime handles the inputs of a pool in the order in which they arrive here.
  void runtime.opened({ connection, claims, silenced });
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

function wrapWebSocket(
  webSocket: WebSocket,
  socket: Duplex,
  { limits, journal, newId }: WebSocketParts,
): Connection {
  const id = newId('connection');
  return {
    id,
    send(data, fragments = 1) {
      sendFragments(webSocket, data, fragments);
      if (webSocket.bufferedAmount <= limits.maxBufferedBytes) return;
      journal.write({ connection: id }, { kind: 'note', text: 'cut: the client reads too slowly' });
      socket.destroy();
    },
    close(code, reason) {
      webSocket.close(code, reason);
      const cancel = new AbortController();
      webSocket.once('close', () => cancel.abort());
      setTimeout(CLOSE_GRACE, undefined, { ref: false, signal: cancel.signal }).then(
        () => webSocket.terminate(),
        () => {},
      );
    },
    cut: () => resetTransport(socket),
  };
}

function sendFragments(webSocket: WebSocket, data: string | Uint8Array, fragments: number): void {
  const binary = typeof data !== 'string';
  const bytes = Buffer.from(data as Uint8Array);
  const size = Math.max(1, Math.ceil(bytes.length / fragments));
  for (let start = 0; start === 0 || start < bytes.length; start += size) {
    webSocket.send(bytes.subarray(start, start + size), { binary, fin: start + size >= bytes.length });
  }
}

/** Breaks off as a crashed peer or a firewall does: with a TCP reset, where the transport is plain TCP. */
function resetTransport(socket: Duplex): void {
  if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  else socket.destroy();
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
