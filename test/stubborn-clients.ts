import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a server may take to close, in milliseconds: a bound on what hangs. */
const PATIENCE = 20_000;

/** Whether something that closes has closed, or hangs. */
export function outcomeOf(closing: Promise<unknown>): Promise<'closed' | 'still open'> {
  return Promise.race([
    closing.then(() => 'closed' as const),
    pause(PATIENCE, 'still open' as const, { ref: false }),
  ]);
}

/** A client that connects and says nothing: where TLS is spoken, its handshake never begins. */
export async function connectInSilence(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  // It never closes its own half: whoever waits for that waits for ever.
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** A client that asks for a WebSocket, and stays whatever it is told. */
export async function upgradeAndStay(endpoint: string): Promise<Socket> {
  const socket = await connectInSilence(endpoint);
  const { pathname, search, host } = new URL(endpoint);
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version: 13',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}
