import type { Writable } from 'node:stream';
import * as library from 'ws';

/** Reads the frames of one direction of a WebSocket, and knows no socket. Emits `message`, `conclude` and `error`. */
export interface FrameReceiver extends Writable {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  /** A close frame came; 1005 where it has no code. */
  on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
  on(event: string, listener: (...args: never[]) => void): this;
}

interface Inflation {
  accept(offers: readonly unknown[]): unknown;
  cleanup(): void;
}

/** What `ws` exports and its type declarations leave out. */
interface WsParts {
  readonly Receiver: new (options: {
    isServer: boolean;
    maxPayload: number;
    extensions: Record<string, Inflation>;
  }) => FrameReceiver;
  readonly PerMessageDeflate: new (options: { isServer: boolean; maxPayload: number }) => Inflation;
  readonly extension: { parse(header: string): Record<string, unknown[]> };
}

const { Receiver, PerMessageDeflate, extension } = library as unknown as WsParts;

const DEFLATE = 'permessage-deflate';

/**
 * @param fromClient whether the frames are a client's, which are masked
 * @param extensions the header `sec-websocket-extensions` of the answer; empty where there is none
 * @param maxPayload bytes of one message; a longer one is an `error`
 * @throws {Error} where the server accepted what no client can have offered.
 */
export function createReceiver(fromClient: boolean, extensions: string, maxPayload: number): FrameReceiver {
  const { [DEFLATE]: parameters } = extensions === '' ? {} : extension.parse(extensions);
  const inflation = parameters && new PerMessageDeflate({ isServer: fromClient, maxPayload });
  if (parameters) inflation?.accept(parameters);
  const receiver = new Receiver({
    isServer: fromClient,
    maxPayload,
    extensions: inflation ? { [DEFLATE]: inflation } : {},
  });
  receiver.on('close', () => inflation?.cleanup());
  return receiver;
}
