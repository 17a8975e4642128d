import { PING, PLAY, PLAY_AGAIN, say, situation, STOP, wait, watch } from './steps.ts';

const LONG_TITLE = `The Lord of the Rings: ${'🎬 extended '.repeat(12)}`;

/** What happens every day: play, PING, stop, play again. */
export const EVERYDAY = [
  situation('play-and-stop', {}, PLAY, PING, STOP, watch(1_500)),
  situation('play-by-tag', { by: 'tag' }, PLAY, PING, STOP),
  situation('long-title', { sessionName: LONG_TITLE }, PLAY, STOP),
  situation('title-with-everything', { sessionName: 'a"b\\c</script>\n🎬 \u2028' }, PLAY, PING, STOP),
  situation('play-stop-play', {}, PLAY, STOP, watch(700), PLAY_AGAIN, PING, STOP, watch(300)),
  situation(
    'play-again-after-an-error',
    {},
    { do: 'answer', with: { status: 500, body: '<h1>Internal Server Error</h1>', type: 'text/html' } },
    { do: 'start' },
    wait('shown', 1_200),
    watch(700),
    PLAY_AGAIN,
    PING,
  ),
  situation('play-to-the-end', {}, PLAY, { do: 'end' }, wait('finished', 2_500), watch(700)),
  situation('ping-burst', {}, PLAY, { do: 'ping', times: 20 }, wait('pong', 7_000), PING, watch(400)),
  situation(
    'another-device-plays-too',
    {},
    PLAY,
    { do: 'device', name: 'Tablet', does: 'create' },
    wait('pong', 7_000),
    { do: 'device', name: 'Phone', does: 'create' },
    wait('pong', 7_000),
    watch(400),
  ),
  situation(
    'server-leaves-closing-to-the-client',
    { settings: { closeAfterFinished: false } },
    PLAY,
    STOP,
    say({ action: 'OK' }),
    say({ action: 'PING' }),
    watch(2_300),
  ),
  situation(
    'told-of-a-takeover-after-the-end',
    { settings: { closeAfterFinished: false } },
    PLAY,
    STOP,
    say({ action: 'TAKE_OVER', sessionName: 'Too late' }),
    watch(1_200),
  ),
];
