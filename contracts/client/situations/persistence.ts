import type { Situation, Step } from '../situation.ts';
import { PING, PLAY, situation, STOP, wait, watch } from './steps.ts';

/** The page is loaded anew; a client that keeps nothing waits for the user, who presses play. */
const RELOAD: readonly Step[] = [{ do: 'reload' }, wait('playing', 2_500), ...PLAY];

/** What outlives a reload. */
export const PERSISTENCE: readonly Situation[] = [
  situation('reload', {}, PLAY, RELOAD, PING, watch(600)),
  // The reload leads to a stored endpoint, and it is the way to it that is gone, or the session (AMB-14).
  situation('reload-refused-with-404', {}, PLAY, { do: 'refuse', status: 404 }, RELOAD, PING, watch(600)),
  situation('reload-after-stop', {}, PLAY, STOP, watch(700), { do: 'reload' }, watch(1_200), PLAY),
  situation(
    'reload-after-takeover',
    {},
    PLAY,
    { do: 'device', name: 'Bedroom', does: 'take-over' },
    wait('stopped', 2_500),
    watch(700),
    { do: 'reload' },
    watch(1_200),
    PLAY,
  ),
  situation(
    'reload-after-expired',
    {},
    { do: 'forgetful' },
    { do: 'start' },
    watch(2_500),
    { do: 'reload' },
    watch(1_500),
  ),
  situation(
    'the-same-after-terminate',
    {},
    PLAY,
    { do: 'terminate' },
    wait('stopped', 2_500),
    watch(600),
    PLAY,
    PING,
  ),
  situation(
    'another-offer-after-terminate',
    {},
    PLAY,
    { do: 'terminate' },
    wait('stopped', 2_500),
    { do: 'start', other: 'offer' },
    wait('playing', 3_000),
    watch(800),
  ),
  situation(
    'another-customer-after-terminate',
    {},
    PLAY,
    { do: 'terminate' },
    wait('stopped', 2_500),
    { do: 'start', other: 'customer' },
    wait('playing', 3_000),
    watch(800),
  ),
];
