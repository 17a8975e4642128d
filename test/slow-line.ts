import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';

export interface SlowLineOptions {
  /** How long a byte is under way in one direction, in milliseconds. */
  readonly latency: number;
  /** By how much that varies up and down, in milliseconds. */
  readonly jitter: number;
  readonly seed: number;
}

export interface SlowLine extends AsyncDisposable {
  /** The base URL that leads over the line. */
  readonly url: string;
}

/** A long way to a server: whatever passes, in either direction, is late by the latency and a varying bit; nothing overtakes. */
export async function openSlowLine(
  target: string,
  { latency, jitter, seed }: SlowLineOptions,
): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  const lateness = fc.sample(fc.integer({ min: latency - jitter, max: latency + jitter }), {
    seed,
    numRuns: 1_000,
  });
  let passed = 0;
  const nextDelay = (): number => lateness[passed++ % lateness.length]!;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    carry(near, far, nextDelay);
    carry(far, near, nextDelay);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hands on what comes from one side, its end and its loss included, each in its turn. */
function carry(from: Socket, to: Socket, nextDelay: () => number): void {
  from.setNoDelay(true);
  let turn: Promise<unknown> = Promise.resolve();
  let due = 0;
  const later = (act: () => void): void => {
    due = Math.max(due, performance.now() + nextDelay());
    const moment = due;
    turn = turn.then(() => setTimeout(Math.max(0, moment - performance.now()))).then(act);
  };
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  // A lost connection is told by the close that follows.
  from.on('error', () => {});
  from.on('close', (isLost) => later(() => (isLost ? to.destroy() : to.end())));
}
