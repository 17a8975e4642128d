import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { Connection } from '../connection.ts';
import type { Limits } from '../limits.ts';
import { doOrNote, noteOwnFault } from '../own-fault.ts';
import { endWith } from './end-with.ts';
import { admitUpgrade } from './admit-upgrade.ts';
import type { Admission, UpgradeParts } from './admit-upgrade.ts';
import type { UpgradeListener } from './web-server.ts';

export interface WebSocketParts extends UpgradeParts {
  readonly limits: Limits;
  readonly newId: (kind: 'connection') => string;
}

export interface WebSocketHost {
  readonly upgrade: UpgradeListener;
  /** Takes no more upgrades and waits a moment for closing handshakes under way; then drops what is left. */
  close(): Promise<void>;
}

/** How long closing handshakes may take when the server goes down, in milliseconds. */
const SHUTDOWN_GRACE = 250;

/** Takes upgrades to a WebSocket, verifies the endpoint's token, and translates `ws` to the runtime's connection. */
export function createWebSocketHost(parts: WebSocketParts): WebSocketHost {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: parts.limits.maxFrameBytes,
    perMessageDeflate: false,
  });
  const placed = new Set<Duplex>();
  const takePlace = (socket: Duplex): boolean => {
    // One that has gone meanwhile needs none, and would never give it back.
    if (socket.destroyed) return true;
    if (placed.size >= parts.limits.maxConnections) return false;
    placed.add(socket);
    socket.once('close', () => placed.delete(socket));
    return true;
  };
  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      upgrade(sockets, { ...parts, takePlace }, request, socket, head).catch((error: unknown) => {
        noteOwnFault(parts.journal, error);
        socket.destroy();
      });
    },
    async close() {
      const gone = Array.from(
        sockets.clients,
        (socket) => new Promise((resolve) => void socket.once('close', resolve)),
      );
      await Promise.race([Promise.all(gone), setTimeout(SHUTDOWN_GRACE, undefined, { ref: false })]);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

async function upgrade(
  sockets: WebSocketServer,
  parts: WebSocketParts & { readonly takePlace: (socket: Duplex) => boolean },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const admission = await admitUpgrade(parts, {
    url: request.url ?? '',
    headers: readHeaders(request),
    takePlace: () => parts.takePlace(socket),
  });
  if (admission.kind === 'refuse') {
    refuse(socket, admission);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    const connection = wrapWebSocket(webSocket, socket, parts);
    admission.open(connection);
    listen(parts, connection.id, webSocket);
  });
}

function refuse(socket: Duplex, { status, code, message }: Extract<Admission, { kind: 'refuse' }>): void {
  const body = JSON.stringify({ code, message });
  endWith(
    socket,
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

function listen({ runtime, journal }: WebSocketParts, id: string, webSocket: WebSocket): void {
  const tell = (work: () => Promise<void>): void => void doOrNote(journal, work, { connection: id });
  webSocket.on('message', (data, isBinary) => tell(() => runtime.received(id, readData(data, isBinary))));
  webSocket.on('close', (code, reason) => {
    const by = code === 1006 ? 'network' : 'client';
    tell(() => runtime.closed(id, by, code, reason.toString()));
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
