import type { Awaitable, Setup, Situation, Step } from '../situation.ts';

/** Short words for the steps that situations are written in. Times are in milliseconds. */
export const wait = (what: Awaitable, milliseconds: number): Step => ({
  do: 'await',
  what,
  for: milliseconds,
});
export const watch = (milliseconds: number): Step => ({ do: 'watch', for: milliseconds });
export const say = (message: unknown): Step => ({ do: 'say', text: JSON.stringify(message) });

/** The user presses play, and the client plays. */
export const PLAY: readonly Step[] = [{ do: 'start' }, wait('playing', 4_000)];

/** The user presses play; where nothing comes of it, there is time enough to be sure of that (5.77). */
export const PRESS_PLAY: readonly Step[] = [{ do: 'start' }, wait('reaction', 11_000)];
export const PLAY_AGAIN: readonly Step[] = [...PRESS_PLAY, wait('playing', 4_000)];

/** PING, and time for an answer that comes too late. */
export const PING: readonly Step[] = [{ do: 'ping' }, wait('pong', 7_000)];

/** The user stops, and the client says FINISHED. */
export const STOP: readonly Step[] = [{ do: 'stop' }, wait('finished', 2_500), wait('stopped', 2_500)];

/** Writes a situation; the steps may come in groups. */
export function situation(name: string, setup: Setup, ...steps: (Step | readonly Step[])[]): Situation {
  return { name, setup, steps: steps.flat() };
}
