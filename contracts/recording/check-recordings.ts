import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Result, RuleResult } from '../../reports/result.ts';
import { CLIENT_MONITORS } from '../client/monitors.ts';
import { judgeRules } from '../verdict.ts';
import type { Outcome } from '../verdict.ts';
import { describeJudgement } from './describe-judgement.ts';
import type { KnownPolicy } from './pool-replay.ts';
import type { RecordedDevice } from './recorded-device.ts';
import { placeDevice } from './place-device.ts';
import { judgeDevice, judgeTogether } from './recording-judge.ts';
import { VISIBLE_RULES } from './visible-rules.ts';

/** What the result of a recording says about itself. */
export interface CheckOptions {
  /** What a report calls the recording: a file or a folder. */
  readonly name: string;
  readonly tool: { name: string; version: string };
  readonly startedAt: Date;
  /** What is known of the server beside the recording. */
  readonly policy?: KnownPolicy | undefined;
}

/**
 * Judges a conversation that was recorded elsewhere, of one device or of several at the same time. What a recording does
 * not show is not observable, never guessed.
 */
export function checkRecordings(devices: readonly RecordedDevice[], options: CheckOptions): Result {
  const began = performance.now();
  const zero = firstTime(devices);
  const placed = devices.map((device) => placeDevice(device, zero));
  const outcomes = [...placed.flatMap(judgeDevice), ...judgeTogether(placed, options.policy)].map(
    (judgement) => describeJudgement(judgement, placed),
  );
  return composeResult(devices, outcomes, { ...options, duration: performance.now() - began });
}

function firstTime(devices: readonly RecordedDevice[]): number {
  return devices
    .flatMap(({ events }) => events.map(({ at }) => at))
    .reduce((least, at) => Math.min(least, at), Infinity);
}

/**
 * Makes the result of outcomes.
 * @param options `duration` is in milliseconds; `forgotten` is how many requests and messages were judged and are held no more
 */
export function composeResult(
  devices: readonly RecordedDevice[],
  outcomes: readonly Outcome[],
  options: CheckOptions & { readonly duration: number; readonly forgotten?: number },
): Result {
  const times = devices.flatMap(({ events }) => events.map(({ at }) => at));
  const zero = firstTime(devices);
  const span = times.reduce((most, at) => Math.max(most, at), zero) - zero;
  return {
    version: RESULT_VERSION,
    tool: options.tool,
    kind: 'trace',
    subject: {
      name: options.name,
      facts: {
        devices: listNames(devices.map(({ name }) => name)) || 'none',
        'requests and messages': String(times.length + (options.forgotten ?? 0)),
        ...(times.length > 0
          ? { span: `${(span / 1000).toFixed(1)} s`, began: new Date(zero).toISOString() }
          : {}),
      },
    },
    startedAt: options.startedAt.toISOString(),
    duration: options.duration,
    complete: true,
    rules: judgeRules(ALL_RULES, outcomes).map((rule) => explainUnobserved(rule, devices)),
    ambiguities: [],
    notes: writeNotes(devices),
  };
}

/** More devices than these are counted, not named. */
const MOST_NAMED = 12;

/** Names devices in a row; of many, the first ones and how many more there are. */
export function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** What is missing, each with the devices that lack it. */
function writeNotes(devices: readonly RecordedDevice[]): string[] {
  const lacking = new Map<string, string[]>();
  for (const { name, gaps } of devices)
    for (const gap of gaps.values()) lacking.set(gap, [...(lacking.get(gap) ?? []), name]);
  return [...lacking].map(([gap, names]) => `${listNames(names)}: ${gap}`);
}

const VISIBLE = new Map(VISIBLE_RULES.map((rule) => [rule.monitor.rule, rule]));
const SIGHTS = new Map(CLIENT_MONITORS.map(({ rule, needs }) => [rule, needs]));

/** Says why a rule was not judged, and what would do it. */
function explainUnobserved(rule: RuleResult, devices: readonly RecordedDevice[]): RuleResult {
  const isUntold = rule.verdict === 'not-observable' && rule.exercised === 0;
  if (!isUntold || rule.reason?.includes('the recording does not show')) return rule;
  const visible = VISIBLE.get(rule.id);
  const gap = devices.flatMap(({ gaps }) =>
    (visible?.needs ?? []).flatMap((need) => gaps.get(need) ?? []),
  )[0];
  const sight = SIGHTS.get(rule.id);
  const reason =
    gap ??
    (visible
      ? 'Nothing in the recording put it to the test.'
      : sight !== undefined
        ? 'A recording shows what passes over the wire, and not what the viewer sees: drisc test client does.'
        : `A recording does not show enough to judge it: drisc test ${rule.side} does.`);
  return { ...rule, reason };
}
