import type { Bench } from './direct-check.ts';
import { Unmet } from './violation.ts';
import type { ReceivedFrame, Wire } from './wire.ts';

/** A PING with the moment at which its cause was sent, in milliseconds of the record. */
export interface ProvokedPing {
  readonly caused: number;
  /** Not there where the connection is closed, so that only the challenge begins. */
  readonly frame: ReceivedFrame | undefined;
}

/**
 * Has another device ask for a session, which challenges the others of the pool, and gives it back.
 * @throws {Unmet} where no PING comes, though the connection is open: that is another rule's affair.
 */
export async function provokePing(bench: Bench, wire: Wire): Promise<ProvokedPing> {
  const device = bench.device(`visitor ${bench.devices.length}`);
  const caused = bench.record.now();
  await bench.triedBy(device, device.name);
  const frame = await bench.record.until(
    () =>
      wire.frames.find(({ taken, message }) => !taken && message?.action === 'PING') ??
      (wire.state === 'closed' ? null : undefined),
    bench.habits.patience,
  );
  if (frame) frame.taken = true;
  else if (wire.state === 'open') throw new Unmet('It needs a PING upon a create');
  await bench.finish(device);
  return { caused, frame: frame ?? undefined };
}
