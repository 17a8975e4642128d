import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Failure, Result, RuleResult, TranscriptEntry } from '../../reports/result.ts';
import { redact } from '../../simulator/redact.ts';
import { YARDSTICK } from '../client/monitor.ts';
import { CLIENT_MONITORS } from '../client/monitors.ts';
import type { Violation } from '../trace/finding.ts';
import type { Trace } from '../trace/trace.ts';
import { writeTranscript } from '../trace/transcript.ts';
import { judgeRules } from '../verdict.ts';
import type { Outcome } from '../verdict.ts';
import { INSTANT } from './order-events.ts';
import type { RecordedDevice } from './recorded-device.ts';
import { judgeTakeovers } from './takeover-pairs.ts';
import { VISIBLE_RULES } from './visible-rules.ts';

export interface CheckOptions {
  /** What a report calls the recording: a file or a folder. */
  readonly name: string;
  readonly tool: { name: string; version: string };
  readonly startedAt: Date;
}

/** How many lines of the conversation a failure shows before the offending one, and after it. */
const SHOWN = { before: 200, after: 40 };

/**
 * Judges a conversation that was recorded elsewhere, of one device or of several at the same time. What a recording does
 * not show is not observable, never guessed.
 */
export function checkRecordings(devices: readonly RecordedDevice[], options: CheckOptions): Result {
  const began = performance.now();
  const times = devices.flatMap(({ events }) => events.map(({ at }) => at));
  const zero = times.reduce((least, at) => Math.min(least, at), Infinity);
  const judge = new RecordingJudge(devices.map((device) => shift(device, zero)));
  const outcomes = judge.judge();
  const span = times.reduce((most, at) => Math.max(most, at), zero) - zero;
  return {
    version: RESULT_VERSION,
    tool: options.tool,
    kind: 'trace',
    subject: {
      name: options.name,
      facts: {
        devices: devices.map(({ name }) => name).join(', ') || 'none',
        'requests and messages': String(times.length),
        ...(times.length > 0
          ? { span: `${(span / 1000).toFixed(1)} s`, began: new Date(zero).toISOString() }
          : {}),
      },
    },
    startedAt: options.startedAt.toISOString(),
    duration: performance.now() - began,
    complete: true,
    rules: judgeRules(ALL_RULES, outcomes).map((rule) => explainUnobserved(rule, devices)),
    ambiguities: [],
    notes: devices.flatMap(({ name, gaps }) => [...gaps.values()].map((gap) => `${name}: ${gap}`)),
  };
}

/** A device with its trace; times count from the first event of all devices. */
interface Placed {
  readonly device: RecordedDevice;
  readonly trace: Trace;
  readonly assumed: ReadonlySet<unknown>;
}

function shift(device: RecordedDevice, zero: number): Placed {
  const assumed = new Set<unknown>();
  const events = device.events.map((event) => {
    const shifted = { ...event, at: event.at - zero };
    if (device.assumed.has(event)) assumed.add(shifted);
    return shifted;
  });
  return { device, trace: { events, end: (events.at(-1)?.at ?? 0) + INSTANT }, assumed };
}

class RecordingJudge {
  readonly #placed: readonly Placed[];

  constructor(placed: readonly Placed[]) {
    this.#placed = placed;
  }

  judge(): Outcome[] {
    const alone = this.#placed.flatMap((placed) => this.#judgeDevice(placed));
    const together = judgeTakeovers(this.#placed.map(({ trace }) => trace)).flatMap(
      ({ rule, device, finding }): Outcome[] => {
        const placed = this.#placed[device]!;
        const about = { rule, case: placed.device.name, duration: 0 };
        const [violation] = finding.violations;
        if (!violation) return [{ ...about, kind: 'held' }];
        return [{ ...about, kind: 'violated', failure: this.#describe(placed, violation) }];
      },
    );
    return [...alone, ...together];
  }

  #judgeDevice(placed: Placed): Outcome[] {
    const { device, trace } = placed;
    return VISIBLE_RULES.flatMap(({ monitor, needs, certain }): Outcome[] => {
      if (needs.some((gap) => device.gaps.has(gap))) return [];
      const { exercised, violations } = monitor.check(trace, YARDSTICK);
      const about = { rule: monitor.rule, case: device.name, duration: 0 };
      const [violation] = violations;
      if (violation && certain) {
        return [{ ...about, kind: 'violated', failure: this.#describe(placed, violation) }];
      }
      if (violation) {
        const reason = `${violation.message} (${redact(violation.actual)}) Whether its user asked for that, the recording does not show.`;
        return [{ ...about, kind: 'not-observable', reason }];
      }
      return exercised > 0 ? [{ ...about, kind: 'held' }] : [];
    });
  }

  #describe({ device }: Placed, { message, expected, actual, event }: Violation): Failure {
    const lines = this.#placed
      .flatMap(({ device: { name }, trace, assumed }): TranscriptEntry[] => {
        const seen = { ...trace, events: trace.events.filter((one) => !assumed.has(one)) };
        return writeTranscript(seen, event).map((line) => ({ ...line, device: name }));
      })
      .toSorted((a, b) => a.at - b.at);
    const offending = lines.findIndex((line) => line.offending);
    const transcript =
      offending === -1
        ? lines.slice(-SHOWN.before)
        : lines.slice(Math.max(0, offending - SHOWN.before), offending + SHOWN.after);
    const [wanted, came] = [redact(expected), redact(actual)];
    return {
      check: device.name,
      message: redact(message),
      expected: wanted,
      actual: wanted === came ? `${came}, with another token` : came,
      steps: [],
      transcript,
    };
  }
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
