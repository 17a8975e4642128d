import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that leads one host to another place, and everything else to where it wants to go. */
export interface Interception extends AsyncDisposable {
  /** For the browser: the address of the proxy. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens a proxy on loopback. What is meant for the origin goes byte by byte to a port of this machine: requests and
 * WebSockets, refused upgrades, closes and broken connections reach the page as the port sends them.
 * @param origin such as `https://drisc.example.com`; the port speaks TLS where it is `https:`
 */
export async function interceptHost(origin: URL, port: number): Promise<Interception> {
  const intercepted = `${origin.hostname}:${origin.port || defaultPort(origin.protocol)}`;
  const route = (host: string): { host: string; port: number } => {
    if (host === intercepted) return { host: '127.0.0.1', port };
    const { hostname, port: asked } = new URL(`http://${host}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(asked || 80) };
  };
  const tunnels = new Set<Duplex>();
  const server = createServer((request, response) => passOn(route, request, response));
  server.on('connect', (request, socket, head) => {
    tunnels.add(socket);
    socket.on('close', () => tunnels.delete(socket));
    openTunnel(route(request.url ?? ''), socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const tunnel of tunnels) tunnel.destroy();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, close, [Symbol.asyncDispose]: close };
}

function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

function openTunnel(target: { host: string; port: number }, socket: Duplex, head: Buffer): void {
  const upstream = connect(target);
  let stands = false;
  upstream.on('connect', () => {
    stands = true;
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => {
    if (stands) socket.destroy();
    else socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
  });
  upstream.on('close', (broken) => (broken ? socket.destroy() : socket.end()));
  socket.on('error', () => upstream.destroy());
  socket.on('close', () => upstream.destroy());
}

/** A request without TLS comes with an absolute URL, to be made by the proxy. */
function passOn(
  route: (host: string) => { host: string; port: number },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!URL.canParse(request.url ?? '')) {
    response.writeHead(400).end('this is a proxy\n');
    return;
  }
  const url = new URL(request.url ?? '');
  const outgoing = forward({
    ...route(`${url.hostname}:${url.port || 80}`),
    method: request.method,
    path: url.pathname + url.search,
    headers: request.headers,
  });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  outgoing.on('error', () => request.socket.destroy());
  request.pipe(outgoing);
}
