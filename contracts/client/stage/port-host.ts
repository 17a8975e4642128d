import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { endWith } from '../../../simulator/host/end-with.ts';
import { createServerCloser } from '../../../simulator/host/server-closer.ts';
import { createWebServer } from '../../../simulator/host/web-server.ts';
import type { Door } from './stage.ts';

export interface PortHostOptions {
  /** 0, the default, takes any free port. */
  port?: number | undefined;
  /** `127.0.0.1` unless told. */
  host?: string | undefined;
  /** PEM texts: speaks TLS. */
  tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** A stage behind a port: HTTP and WebSocket over real sockets. */
export interface PortHost extends AsyncDisposable {
  /** The base URL for the client. */
  readonly url: string;
  close(): Promise<void>;
}

/** Lets a client under test in by a port. */
export async function openPort(stage: Door, options: PortHostOptions = {}): Promise<PortHost> {
  const { port = 0, host = '127.0.0.1', tls } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 2 ** 20,
  });
  const server = createWebServer({
    tls,
    onRequest: (request, response) => void serve(stage, request, response),
    onUpgrade: (request, socket, head) => upgrade(stage, sockets, request, socket, head),
  });
  const close = createServerCloser(server);
  server.listen(port, host);
  // A port in use comes as an error, which rejects this.
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    close: () => close(),
    [Symbol.asyncDispose]: () => close(),
  };
}

async function serve(stage: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A client that goes away in the middle of a request is no fault of anybody's.
  request.on('error', () => {});
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return;
  }
  const answer = await stage.answer({
    method: request.method ?? 'GET',
    url: absolute(request, 'http'),
    headers: readHeaders(request),
    body: Buffer.concat(chunks).toString(),
  });
  if (answer.kind === 'silent') return;
  if (answer.kind === 'broken') {
    request.socket.destroy();
    return;
  }
  const { status, headers, body, breaksOff } = answer;
  // A browser sends a request again by itself when a connection breaks that has served it before.
  response.shouldKeepAlive = false;
  if (!breaksOff) {
    response.writeHead(status, headers).end(body);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) + 100 });
  response.write(body, () => request.socket.destroy());
}

function upgrade(
  stage: Door,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', () => socket.destroy());
  const url = absolute(request, 'ws');
  const decision = stage.attempt(url);
  if (decision.kind === 'silent') return;
  if (decision.kind === 'refuse') {
    if (decision.status === 0) socket.destroy();
    else
      endWith(
        socket,
        `HTTP/1.1 ${decision.status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      );
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => accept(stage, decision.link, url, webSocket));
}

function accept(stage: Door, link: number, url: string, webSocket: WebSocket): void {
  stage.opened(link, url, {
    send: (data) => webSocket.send(data, { binary: typeof data !== 'string' }),
    close: (code, reason) => webSocket.close(code, reason),
    cut: () => webSocket.terminate(),
  });
  webSocket.on('message', (data, isBinary) => stage.said(link, readData(data, isBinary)));
  webSocket.on('close', (code, reason) => stage.gone(link, code, reason.toString()));
  webSocket.on('error', () => {});
}

function absolute(request: IncomingMessage, protocol: 'http' | 'ws'): string {
  const scheme = request.socket instanceof TLSSocket ? `${protocol}s` : protocol;
  return `${scheme}://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`;
}

function readHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
}

function readData(data: RawData, isBinary: boolean): string | Uint8Array {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  return isBinary ? bytes : bytes.toString();
}
