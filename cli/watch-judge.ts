import { setTimeout as pause } from 'node:timers/promises';
import type { BrokenRule, LiveJudge } from '../contracts/recording/live-judge.ts';

/** Milliseconds between two looks, and the share of the time that looking may take. */
const LOOK_EVERY = 500;
const MOST_TIME = 0.05;

/** Who hears what is found. */
export interface JudgeListener {
  readonly onBroken: (broken: BrokenRule) => void;
  /** The judge stumbled over what passed; said once of each problem, since the next look meets it again. */
  readonly onFault: (message: string) => void;
}

/** Looks at the conversation every now and then until the signal aborts; never rejects. */
export async function watchJudge(
  judge: Pick<LiveJudge, 'look'>,
  { onBroken, onFault }: JudgeListener,
  signal: AbortSignal,
): Promise<void> {
  const known = new Set<string>();
  while (!signal.aborted) {
    const began = performance.now();
    try {
      judge.look(Date.now()).forEach(onBroken);
    } catch (error) {
      const message = String(error);
      if (!known.has(message)) onFault(message);
      known.add(message);
    }
    const rest = Math.max(LOOK_EVERY, (performance.now() - began) / MOST_TIME);
    await pause(rest, undefined, { signal }).catch(() => {});
  }
}
