import { defineScenario } from './define-scenario.ts';
import { formatDuration } from './format/duration.ts';
import type { ScenarioOutcome, TranscriptLine } from './outcome.ts';
import { playScenario } from './player/play-scenario.ts';
import type { PlayOptions } from './player/play-scenario.ts';
import { recordScenario } from './record-scenario.ts';

/** How a client is let play; `signal` ends it, and what it did until then counts. */
export interface FreePlayOptions extends PlayOptions {
  /** Milliseconds after which it ends; a day unless told. It ends as well when the client does. */
  readonly duration?: number | undefined;
}

/** What came of letting a client play. */
export interface FreePlay {
  readonly outcome: ScenarioOutcome;
  /** What the client did as a scenario to edit; nothing where it did nothing. */
  readonly text?: string | undefined;
}

const A_DAY = 24 * 3_600_000;

/** Lets a client play as it likes, without a script, and writes down what it did. `signal` ends it. */
export async function recordFreePlay(options: FreePlayOptions): Promise<FreePlay> {
  const { duration = A_DAY, ...playing } = options;
  const press = { user: 'presses play' };
  const free = {
    name: 'a client that played freely',
    drisc: 1,
    title: 'Free play',
    why: 'Free play',
  } as const;
  const script = [press, { clock: `advances ${formatDuration(duration)}` }];
  const outcome = await playScenario(defineScenario({ ...free, steps: script }), playing);
  if (!outcome.transcript.some(({ device, kind }) => device === 'app' && kind !== 'note')) return { outcome };
  // The wait is no part of what the client did.
  const done = defineScenario({ ...free, steps: [press, { user: 'presses stop' }] });
  const transcript = playing.attach ? outcome.transcript : addUser(outcome.transcript);
  return { outcome, text: recordScenario(done, { ...outcome, transcript }) };
}

/** What a person did shows only in what the app did then: whoever plays the scenario has to be asked for it. */
function addUser(lines: readonly TranscriptLine[]): TranscriptLine[] {
  let isOver = false;
  return lines.flatMap((line) => {
    const ends = line.kind === 'frame' && line.direction === 'out' && line.label === 'FINISHED';
    const begins = isOver && line.kind === 'request' && line.label === 'POST /sessions';
    isOver = ends || (isOver && !begins);
    if (!ends && !begins) return [line];
    const label = ends ? 'user: presses stop' : 'user: presses play';
    return [{ at: line.at, device: 'server', kind: 'note', label }, line];
  });
}
