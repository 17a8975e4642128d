import type { Duplex } from 'node:stream';

/** Ends a connection with an answer, and lets go of it, whether or not the other side ever ends its own half. */
export function endWith(socket: Duplex, answer: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(answer);
}
