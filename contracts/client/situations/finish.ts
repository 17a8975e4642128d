import type { Situation } from '../situation.ts';
import { PLAY, situation, wait, watch } from './steps.ts';

/** Stopping at an inconvenient moment. */
export const FINISH: readonly Situation[] = [
  situation(
    'stop-before-answer',
    {},
    { do: 'answer', with: { delay: 700 } },
    { do: 'start' },
    wait('request', 2_000),
    { do: 'stop' },
    watch(2_500),
  ),
  situation(
    'stop-before-ok',
    {},
    { do: 'hold', action: 'OK' },
    { do: 'start' },
    wait('requested', 3_000),
    { do: 'stop' },
    watch(300),
    { do: 'release' },
    watch(2_300),
  ),
  situation(
    'stop-while-lost',
    {},
    PLAY,
    { do: 'down' },
    watch(500),
    { do: 'stop' },
    watch(300),
    { do: 'up' },
    watch(3_000),
  ),
  situation(
    'stop-while-coming-back',
    {},
    PLAY,
    { do: 'hold', action: 'OK' },
    { do: 'cut' },
    wait('requested', 8_000),
    { do: 'stop' },
    { do: 'release' },
    watch(2_500),
  ),
];
