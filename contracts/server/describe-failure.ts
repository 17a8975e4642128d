import type { Failure, TranscriptEntry } from '../../reports/result.ts';
import { redact } from '../../simulator/redact.ts';
import { formatReplayToken } from '../generate/replay-token.ts';
import type { Replay } from '../generate/replay-token.ts';
import type { Finding } from './violation.ts';

/** A finding as a report shows it, with a way to see it again. */
export function describeFailure(
  { message, expected, actual }: Finding,
  transcript: readonly TranscriptEntry[],
  replay: Replay,
  replayCommand = 'drisc test server …',
): Failure {
  const token = formatReplayToken(replay);
  return {
    check: replay.check,
    // A finding quotes what came, and an endpoint has a token in it.
    message: redact(message),
    expected: redact(expected),
    actual: redact(actual),
    steps: [],
    transcript: [...transcript],
    replay: { token, command: `${replayCommand} --replay ${token}` },
  };
}
