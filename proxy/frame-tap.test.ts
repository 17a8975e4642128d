import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { createFrameTap } from './frame-tap.ts';

/** A server's frame of bytes, compressed, whose payload is longer than 125 bytes. */
function compress(message: Buffer): Buffer {
  const payload = deflateRawSync(message, { finishFlush: 2 }).subarray(0, -4);
  const head = Buffer.from([0b1100_0010, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

it('reads compressed messages one after the other, and leaves no listener behind', async () => {
  const listening = vi.spyOn(EventEmitter.prototype, 'on');
  const came: (string | Uint8Array)[] = [];
  const problems: string[] = [];
  const tap = createFrameTap(false, 'permessage-deflate', {
    onMessage: (data) => void came.push(data),
    onClose: () => {},
    onUnreadable: (problem) => void problems.push(problem),
  });
  const messages = Array.from({ length: 100 }, () => randomBytes(50_000));
  let passed = 0;
  tap.pipe(new Writable({ write: (chunk: Buffer, _, done) => ((passed += chunk.length), done()) }));
  let written = 0;
  for (const message of messages) {
    const frame = compress(message);
    written += frame.length;
    if (!tap.write(frame)) await once(tap, 'drain');
  }
  await expect.poll(() => came.length).toBe(messages.length);
  const closers = listening.mock.contexts.map((emitter) => (emitter as EventEmitter).listenerCount('close'));
  listening.mockRestore();
  expect(problems).toEqual([]);
  expect(passed).toBe(written);
  expect(came.every((data, index) => messages[index]!.equals(data as Uint8Array))).toBe(true);
  expect(Math.max(...closers)).toBeLessThan(10);
});
