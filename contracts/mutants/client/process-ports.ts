import { WebSocket } from 'ws';
import type { ClientPorts } from './client-ports.ts';

/** The world as it is: real requests, real sockets, real time. */
export function openWorld(): ClientPorts {
  return {
    fetch: (url, init) => fetch(url, init),
    crash: () => process.exit(1),
    after(milliseconds, ring) {
      const timeout = setTimeout(ring, milliseconds);
      return () => clearTimeout(timeout);
    },
    connect(url, listener) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      let over = false;
      const end = (code: number, status?: number): void => {
        if (over) return;
        over = true;
        listener.closed(code, status);
      };
      socket.on('open', () => listener.opened());
      socket.on('message', (data: Buffer, isBinary) => listener.heard(isBinary ? data : data.toString()));
      socket.on('unexpected-response', (_request, { statusCode }) => {
        end(1006, statusCode);
        socket.terminate();
      });
      socket.on('close', (code) => end(code));
      socket.on('error', () => {});
      return {
        send: (data) => socket.readyState === WebSocket.OPEN && socket.send(data),
        close: (code) => socket.close(code),
      };
    },
  };
}
