import type { Device, Row } from './cast.ts';

/** The stretch of rows in which a device has a lane: from its first to its last one, or to the end while it lives. */
export interface Span {
  readonly device: Device;
  readonly from: number;
  to: number;
}

export interface Lanes {
  /** For each lane its spans, in the order of rows; they do not overlap but in the last lane. */
  readonly spans: readonly (readonly Span[])[];
  readonly laneOf: ReadonlyMap<Device, number>;
}

/** More devices at a time than this share the last lane: a diagram with more lifelines cannot be read. */
const MOST_LANES = 10;

/** Gives each device a lane, the leftmost that is free; a lane that a device has left serves the next one. */
export function layOutLanes(rows: readonly Row[]): Lanes {
  const spanOf = new Map<Device, Span>();
  for (const [index, { device }] of rows.entries()) {
    if (!device) continue;
    const span = spanOf.get(device);
    if (span) span.to = index;
    else spanOf.set(device, { device, from: index, to: index });
  }
  for (const span of spanOf.values()) if (span.device.live.size > 0) span.to = rows.length - 1;
  const spans: Span[][] = [];
  const laneOf = new Map<Device, number>();
  for (const span of spanOf.values()) {
    const free = spans.findIndex((lane) => lane.at(-1)!.to < span.from);
    const lane = free >= 0 ? free : Math.min(spans.length, MOST_LANES - 1);
    (spans[lane] ??= []).push(span);
    laneOf.set(span.device, lane);
  }
  return { spans, laneOf };
}

/** The device that has a lane at a row. */
export function occupantAt(lane: readonly Span[], row: number): Device | undefined {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane[middle]!.from <= row) low = middle + 1;
    else high = middle;
  }
  const span = lane[low - 1];
  return span && span.to >= row ? span.device : undefined;
}
