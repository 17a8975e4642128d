import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { UpgradeListener } from './web-server.ts';

/** Takes back that Node has given a socket away. */
export interface UpgradeUndo {
  /** Hears of every request before it is served. */
  readonly note: RequestListener;
  /** Lets the server go on as if no upgrade had been offered. */
  readonly goOn: UpgradeListener;
}

/**
 * Undoes upgrades that nobody wants. Before `shouldUpgradeCallback` (Node 22.21, 24.9) Node gives the socket away at any
 * offer and reads no body: here the bytes go back into it without the header `Upgrade`, and the socket to the server as a
 * new connection, as Node documents it for sockets of one's own.
 */
export function createUpgradeUndo(server: Server): UpgradeUndo {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const offers = new WeakMap<Duplex, IncomingMessage>();
  return {
    note(request, response) {
      const { socket } = request;
      answers.set(socket, response);
      const offer = offers.get(socket);
      offers.delete(socket);
      if (offer) restoreHeaders(request, offer);
    },
    goOn(request, socket, head) {
      offers.set(socket, request);
      const feed = (): void => {
        socket.unshift(Buffer.concat([formatHead(request), head]));
        server.emit(server instanceof SecureServer ? 'secureConnection' : 'connection', socket);
      };
      const last = answers.get(socket);
      // A connection that is new to the server knows nothing of what is still to be answered on it.
      if (last && !last.writableFinished) afterAnswer(last, socket, feed);
      else feed();
    },
  };
}

function afterAnswer(answer: ServerResponse, socket: Duplex, work: () => void): void {
  const fail = (): void => void socket.destroy();
  socket.on('error', fail);
  answer.once('close', () => {
    socket.off('error', fail);
    if (socket.destroyed) return;
    // The deadline of a connection that waits for its next request.
    if (socket instanceof Socket) socket.setTimeout(0);
    work();
  });
}

/** The request as it came, without the header that an older Node minds. */
function formatHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() !== 'upgrade' ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : [],
  );
  return Buffer.from([`${method} ${url} HTTP/${httpVersion}`, ...lines, '', ''].join('\r\n'), 'latin1');
}

/** Whoever takes the request down sees what was sent. */
function restoreHeaders(request: IncomingMessage, offer: IncomingMessage): void {
  request.headers.upgrade = offer.headers.upgrade;
  request.rawHeaders = [...offer.rawHeaders];
}
