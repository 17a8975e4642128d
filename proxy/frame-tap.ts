import { Transform } from 'node:stream';
import { createReceiver } from './ws-receiver.ts';
import type { FrameReceiver } from './ws-receiver.ts';

/** What is read of one direction of a WebSocket while its bytes pass. */
export interface FrameListener {
  readonly onMessage: (data: string | Uint8Array) => void;
  /** A close frame passes; 1005 where it has no code. */
  readonly onClose: (code: number, reason: string) => void;
  /** What passes is no WebSocket, or too large to be read: from here on it passes unread. */
  readonly onUnreadable: (problem: string) => void;
}

/** The largest message that is read, in bytes; a larger one passes all the same. */
const LARGEST = 1024 * 1024;

/**
 * A stream through which bytes go unchanged, while the frames in them are read.
 * @param extensions the header `sec-websocket-extensions` of the answer
 */
export function createFrameTap(fromClient: boolean, extensions: string, listener: FrameListener): Transform {
  let receiver = openReceiver(fromClient, extensions, listener, () => (receiver = undefined));
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      if (!receiver) return pass(null, chunk);
      // A copy of what is masked: the receiver unmasks in place.
      if (receiver.write(fromClient ? Buffer.from(chunk) : chunk)) return pass(null, chunk);
      // It inflates, and what waits for it must not grow.
      onDrainOrClose(receiver, () => pass(null, chunk));
    },
    destroy(error, done) {
      receiver?.destroy();
      done(error);
    },
  });
}

function openReceiver(
  fromClient: boolean,
  extensions: string,
  { onMessage, onClose, onUnreadable }: FrameListener,
  giveUp: () => void,
): FrameReceiver | undefined {
  try {
    const receiver = createReceiver(fromClient, extensions, LARGEST);
    receiver.on('message', (data, isBinary) => onMessage(isBinary ? new Uint8Array(data) : data.toString()));
    receiver.on('conclude', (code, reason) => onClose(code, reason.toString()));
    receiver.on('error', (error: Error) => {
      giveUp();
      onUnreadable(error.message);
    });
    return receiver;
  } catch (error) {
    onUnreadable((error as Error).message);
    return undefined;
  }
}

/** Both listeners go at the first of the two events: one that stays would hold its chunk as long as the connection lasts. */
function onDrainOrClose(receiver: FrameReceiver, work: () => void): void {
  const goOn = (): void => {
    receiver.off('drain', goOn).off('close', goOn);
    work();
  };
  receiver.on('drain', goOn).on('close', goOn);
}
