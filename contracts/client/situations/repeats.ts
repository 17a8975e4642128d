import type { Situation } from '../situation.ts';
import { PING, PLAY_AGAIN, situation, wait, watch } from './steps.ts';

/** Answers that come late, or never. */
export const REPEATS: readonly Situation[] = [
  situation(
    'answer-lost',
    {},
    { do: 'answer', with: { broken: 'before-the-answer' } },
    { do: 'start' },
    wait('shown', 1_200),
    watch(2_500),
    PLAY_AGAIN,
    PING,
  ),
  situation(
    'every-answer-lost',
    { limit: 99 },
    { do: 'answer', with: { broken: 'before-the-answer' }, times: 60 },
    { do: 'start' },
    wait('shown', 1_200),
    watch(6_500),
  ),
  situation(
    'answer-comes-late',
    { limit: 9 },
    { do: 'answer', with: { delay: 5_000 } },
    { do: 'start' },
    watch(8_500),
    PING,
  ),
  situation(
    'no-answer-for-long',
    {},
    { do: 'answer', with: { silent: true } },
    { do: 'start' },
    watch(13_000),
  ),
];
