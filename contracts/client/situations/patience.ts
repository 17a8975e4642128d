import type { Situation, Step } from '../situation.ts';
import { PING, PLAY, situation, STOP, wait, watch } from './steps.ts';

const LOSE_AND_RETURN: readonly Step[] = [{ do: 'cut' }, wait('ok', 40_000), watch(300)];

/** What takes minutes. On the virtual clock it is over at once; in real time it is left out. */
export const PATIENCE: readonly Situation[] = [
  situation(
    'network-down-for-minutes',
    {},
    PLAY,
    { do: 'down' },
    watch(240_000),
    { do: 'up' },
    wait('playing', 60_000),
    PING,
    STOP,
  ),
  situation(
    'ten-losses',
    {},
    PLAY,
    Array.from({ length: 10 }, () => LOSE_AND_RETURN).flat(),
    PING,
    PING,
    watch(2_000),
  ),
  situation(
    'no-answer-for-minutes',
    {},
    { do: 'answer', with: { silent: true } },
    { do: 'start' },
    watch(300_000),
  ),
  situation('an-hour-of-playing', {}, PLAY, watch(1_800_000), PING, watch(1_800_000), PING, STOP),
];
