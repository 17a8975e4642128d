import { redact } from '../../simulator/redact.ts';
import { YARDSTICK } from '../client/monitor.ts';
import type { Violation } from '../trace/finding.ts';
import type { Trace } from '../trace/trace.ts';
import { INSTANT } from './order-events.ts';
import { replayPools } from './pool-replay.ts';
import type { KnownPolicy } from './pool-replay.ts';
import type { RecordedDevice } from './recorded-device.ts';
import { judgeTakeovers } from './takeover-pairs.ts';
import { VISIBLE_RULES } from './visible-rules.ts';

/** A device with its trace. */
export interface PlacedDevice {
  readonly device: RecordedDevice;
  /** Times count from the first event of all devices. */
  readonly trace: Trace;
  readonly assumed: ReadonlySet<unknown>;
}

/** What a recording says about one rule, and whose part of it does. */
export type Judgement = { readonly rule: string; readonly placed: PlacedDevice } & (
  | { readonly kind: 'held' }
  | { readonly kind: 'violated'; readonly violation: Violation }
  | { readonly kind: 'not-observable'; readonly reason: string }
);

/** @param zero what times count from, in milliseconds since the epoch */
export function placeDevice(device: RecordedDevice, zero: number): PlacedDevice {
  const assumed = new Set<unknown>();
  const events = device.events.map((event) => {
    const shifted = { ...event, at: event.at - zero };
    if (device.assumed.has(event)) assumed.add(shifted);
    return shifted;
  });
  const last = events.at(-1)?.at ?? 0;
  const until = device.until === undefined ? last : device.until - zero;
  return { device, trace: { events, end: Math.max(last, until) + INSTANT }, assumed };
}

/** Judges what one device's recording shows by itself. */
export function judgeDevice(placed: PlacedDevice): Judgement[] {
  const { device, trace } = placed;
  return VISIBLE_RULES.flatMap(({ monitor, needs, certain }): Judgement[] => {
    if (needs.some((gap) => device.gaps.has(gap))) return [];
    const { exercised, violations } = monitor.check(trace, YARDSTICK);
    const about = { rule: monitor.rule, placed };
    const [violation] = violations;
    if (violation && certain) return [{ ...about, kind: 'violated', violation }];
    if (violation) {
      const reason = `${violation.message} (${redact(violation.actual)}) Whether its user asked for that, the recording does not show.`;
      return [{ ...about, kind: 'not-observable', reason }];
    }
    return exercised > 0 ? [{ ...about, kind: 'held' }] : [];
  });
}

/** Judges what only several devices' recordings, or several sessions of a pool, show together. */
export function judgeTogether(all: readonly PlacedDevice[], policy?: KnownPolicy): Judgement[] {
  const ids = all.map(({ device }) => device.subject?.sessionId);
  const takeovers = judgeTakeovers(
    all.map(({ trace }) => trace),
    ids,
  ).map(({ rule, device, finding }): Judgement => {
    const about = { rule, placed: all[device]! };
    const [violation] = finding.violations;
    return violation ? { ...about, kind: 'violated', violation } : { ...about, kind: 'held' };
  });
  return [...takeovers, ...replayPools(all, policy)];
}
