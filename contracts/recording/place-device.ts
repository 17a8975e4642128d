import { INSTANT } from '../trace/trace.ts';
import type { Trace } from '../trace/trace.ts';
import type { RecordedDevice } from './recorded-device.ts';

/** A device with its trace. */
export interface PlacedDevice {
  readonly device: RecordedDevice;
  /** What the trace's times count from, in milliseconds since the epoch. */
  readonly zero: number;
  /** Times count from the first event of all devices. */
  readonly trace: Trace;
  readonly assumed: ReadonlySet<unknown>;
}

/** Lets a device's times count from `zero`, in milliseconds since the epoch. */
export function placeDevice(device: RecordedDevice, zero: number): PlacedDevice {
  const assumed = new Set<unknown>();
  const events = device.events.map((event) => {
    const shifted = { ...event, at: event.at - zero };
    if (device.assumed.has(event)) assumed.add(shifted);
    return shifted;
  });
  const last = events.at(-1)?.at ?? 0;
  const until = device.until === undefined ? last : device.until - zero;
  return { device, zero, trace: { events, end: Math.max(last, until) + INSTANT }, assumed };
}
