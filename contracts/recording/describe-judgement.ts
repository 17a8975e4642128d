import type { Failure, TranscriptEntry } from '../../reports/result.ts';
import { redact } from '../../simulator/redact.ts';
import type { Violation } from '../trace/finding.ts';
import { writeTranscript } from '../trace/transcript.ts';
import type { Outcome } from '../verdict.ts';
import type { PlacedDevice } from './place-device.ts';
import type { Judgement } from './recording-judge.ts';

/** How many lines of the conversation a failure shows before the offending one, and after it. */
const SHOWN = { before: 200, after: 40 };
/** Among more devices than these, a failure shows the conversation of its own device only. */
const MOST_TOGETHER = 20;

/**
 * Puts a judgement into words.
 * @param all every device of the recording, whose lines stand beside each other in a failure
 */
export function describeJudgement(judgement: Judgement, all: readonly PlacedDevice[]): Outcome {
  const { rule, placed } = judgement;
  const about = { rule, case: placed.device.name, duration: 0 };
  if (judgement.kind === 'held') return { ...about, kind: 'held' };
  if (judgement.kind === 'not-observable')
    return { ...about, kind: 'not-observable', reason: judgement.reason };
  const shown = all.length > MOST_TOGETHER ? [placed] : all;
  return { ...about, kind: 'violated', failure: describeViolation(placed, judgement.violation, shown) };
}

function describeViolation(
  { device }: PlacedDevice,
  { message, expected, actual, event }: Violation,
  shown: readonly PlacedDevice[],
): Failure {
  const lines = shown
    .flatMap(({ device: { name }, trace, assumed }): TranscriptEntry[] => {
      const seen = { ...trace, events: trace.events.filter((one) => !assumed.has(one)) };
      return writeTranscript(seen, event, name);
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
