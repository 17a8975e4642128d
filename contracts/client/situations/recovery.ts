import type { Situation, Step } from '../situation.ts';
import { PING, PLAY, situation, STOP, wait, watch } from './steps.ts';

/** Comes back, if ever it will: the longest wait is 30 s (5.30). */
const BACK: readonly Step[] = [wait('attempt', 31_500), wait('ok', 3_000), wait('playing', 3_000)];

const LOSE_AND_RETURN: readonly Step[] = [{ do: 'cut' }, wait('ok', 9_000)];

/** Close codes with which a server or a proxy may end a connection in mid-session. */
const CLOSE_CODES = [1000, 1001, 1008, 1011, 1012, 4001];

/** What networks and restarts do. */
export const RECOVERY: readonly Situation[] = [
  situation('network-breaks-once', {}, PLAY, { do: 'cut' }, BACK, PING, STOP),
  ...CLOSE_CODES.map((code) =>
    situation(`closed-with-${code}`, {}, PLAY, { do: 'close', code }, BACK, watch(600)),
  ),
  situation(
    'network-down-for-long',
    {},
    PLAY,
    { do: 'down' },
    wait('stopped', 8_000),
    watch(1_500),
    { do: 'up' },
    wait('playing', 15_000),
    PING,
    STOP,
  ),
  situation(
    'network-down-after-a-loss',
    {},
    PLAY,
    LOSE_AND_RETURN,
    { do: 'down' },
    wait('stopped', 8_000),
    watch(300),
  ),
  situation(
    'ok-comes-late-after-a-loss',
    {},
    PLAY,
    { do: 'hold', action: 'OK' },
    { do: 'cut' },
    wait('requested', 8_000),
    wait('stopped', 7_000),
    watch(700),
    { do: 'release' },
    wait('playing', 3_500),
    watch(300),
  ),
  situation(
    'connecting-again-fails',
    {},
    PLAY,
    { do: 'refuse', status: 503, times: 5 },
    { do: 'cut' },
    watch(8_000),
    PING,
  ),
  situation('several-losses', {}, PLAY, LOSE_AND_RETURN, LOSE_AND_RETURN, LOSE_AND_RETURN, PING, watch(500)),
  situation('expired', {}, PLAY, { do: 'expire' }, wait('stopped', 2_500), watch(2_000)),
  situation('expired-for-ever', {}, { do: 'forgetful' }, { do: 'start' }, watch(4_500)),
  situation(
    'session-forgotten-while-away',
    {},
    PLAY,
    { do: 'forget' },
    wait('attempt', 31_500),
    wait('stopped', 7_500),
    watch(1_500),
  ),
  situation(
    'upgrade-refused-with-401',
    { limit: 9 },
    PLAY,
    { do: 'refuse', status: 401, times: 20 },
    { do: 'cut' },
    watch(3_500),
  ),
  situation(
    'first-attempts-refused-with-403',
    {},
    { do: 'refuse', status: 403, times: 2 },
    { do: 'start' },
    wait('playing', 32_000),
    PING,
  ),
  situation(
    'every-attempt-refused-with-404',
    {},
    { do: 'refuse', status: 404, times: 60 },
    { do: 'start' },
    wait('attempt', 3_000),
    watch(6_000),
  ),
  situation(
    'connecting-again-refused-with-404',
    {},
    PLAY,
    { do: 'refuse', status: 404, times: 2 },
    { do: 'cut' },
    wait('ok', 32_000),
    wait('playing', 3_000),
    PING,
  ),
];
