import { redact } from '../../simulator/redact.ts';
import { YARDSTICK } from '../client/monitor.ts';
import type { Violation } from '../trace/finding.ts';
import type { PlacedDevice } from './place-device.ts';
import { replayPools } from './pool-replay.ts';
import type { KnownPolicy } from './pool-replay.ts';
import { judgeTakeovers } from './takeover-pairs.ts';
import { VISIBLE_RULES } from './visible-rules.ts';

/** What a recording says about one rule, and whose part of it does. */
export type Judgement = { readonly rule: string; readonly placed: PlacedDevice } & (
  | { readonly kind: 'held' }
  | { readonly kind: 'violated'; readonly violation: Violation }
  | { readonly kind: 'not-observable'; readonly reason: string }
);

/** Judges what one device's recording shows by itself. */
export function judgeDevice(placed: PlacedDevice): Judgement[] {
  const { device, trace } = placed;
  return VISIBLE_RULES.flatMap(({ monitor, needs, doubt }): Judgement[] => {
    if (needs.some((gap) => device.gaps.has(gap))) return [];
    const { exercised, violations } = monitor.check(trace, YARDSTICK);
    const about = { rule: monitor.rule, placed };
    const certain = violations.find((one) => doubt(one, placed) === undefined);
    if (certain) return [{ ...about, kind: 'violated', violation: certain }];
    const [violation] = violations;
    if (violation) {
      const reason = `${violation.message} (${redact(violation.actual)}) ${doubt(violation, placed)}`;
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
