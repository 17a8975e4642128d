import type { Failure } from '../../reports/result.ts';
import type { Violation } from '../trace/finding.ts';
import { writeTranscript } from '../trace/transcript.ts';
import type { Outcome } from '../verdict.ts';
import { formatReplayToken } from '../generate/replay-token.ts';
import { encodeSituation } from './replay.ts';
import { formatSetup, formatStep } from './format-step.ts';
import type { Monitor, Sight, Yardstick } from './monitor.ts';
import { CLIENT_MONITORS } from './monitors.ts';
import type { Patience } from './patience.ts';
import type { PlayedCase } from './play-case.ts';

/** What judging a case takes beside its trace. */
export interface Jury {
  readonly yardstick: Yardstick;
  readonly sights: ReadonlySet<Sight>;
  /** The command that plays one case again. */
  readonly replayCommand: (token: string) => string;
  /** How long cases wait for what never comes. */
  readonly patience?: Patience | undefined;
  /** Whose rules are judged; all where left out. */
  readonly judges?: ((rule: string) => boolean) | undefined;
}

/** What all monitors say about a case. A rule that the case does not put to the test gives no outcome. */
export function judgeCase(played: PlayedCase, jury: Jury): Outcome[] {
  if (played.left) return [];
  const monitors = CLIENT_MONITORS.filter(({ rule }) => jury.judges?.(rule) ?? true);
  return monitors.flatMap((monitor) => judge(monitor, played, jury));
}

function judge(monitor: Monitor, played: PlayedCase, jury: Jury): Outcome[] {
  if (monitor.needs && !jury.sights.has(monitor.needs)) return [];
  const { exercised, violations } = monitor.check(played.trace, jury.yardstick);
  const about = { rule: monitor.rule, case: played.situation.name, duration: played.duration };
  const [violation] = violations;
  if (!violation) return exercised > 0 ? [{ ...about, kind: 'held' }] : [];
  const late = lateness(played, violation);
  if (late > jury.yardstick.promptly / 4) {
    const reason = `The harness was ${Math.round(late)} ms late while it waited; run it again on a quieter machine.`;
    return [{ ...about, kind: 'inconclusive', reason }];
  }
  return [{ ...about, kind: 'violated', failure: writeFailure(played, violation, jury) }];
}

/** Being late matters only where something came too late, or not at all. */
function lateness(played: PlayedCase, { window }: Violation): number {
  return window ? played.lateness(window.from, window.until) : 0;
}

function writeFailure({ situation, trace, log }: PlayedCase, violation: Violation, jury: Jury): Failure {
  const token = formatReplayToken(encodeSituation(situation));
  const { message, expected, actual, event } = violation;
  return {
    check: situation.name,
    message,
    expected,
    actual,
    steps: [
      ...formatSetup(situation.setup),
      ...situation.steps.map(formatStep).filter((line) => line !== undefined),
    ],
    transcript: writeTranscript(trace, event),
    replay: { token, command: jury.replayCommand(token) },
    ...(log.length > 0 ? { log: log.slice(-100) } : {}),
  };
}
