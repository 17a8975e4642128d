import type { Situation, Step } from '../situation.ts';
import { PING, PLAY, say, situation, watch } from './steps.ts';

const BAD_TEXTS = ['', '{', 'null', '[]', '"OK"', '42', '{"action":7}', '{}', '{"action":"PING"'];

const binary = (bytes: Uint8Array | string): Step => ({
  do: 'say-binary',
  binary: Buffer.from(bytes).toString('base64'),
});

/** Frames that no client knows what to do with. */
export const ROBUSTNESS: readonly Situation[] = [
  situation(
    'unknown-actions',
    {},
    PLAY,
    say({ action: 'TOMORROW', until: 'noon' }),
    say({ action: 'take_over', sessionName: 'TV' }),
    say({ action: ' TERMINATE' }),
    say({ action: '__proto__' }),
    say({ action: 'constructor' }),
    watch(1_100),
    PING,
  ),
  situation(
    'malformed-messages',
    {},
    PLAY,
    BAD_TEXTS.map((text): Step => ({ do: 'say', text })),
    watch(1_100),
    PING,
  ),
  situation(
    'binary-frames',
    {},
    PLAY,
    binary('{"action":"TERMINATE"}'),
    binary(Uint8Array.of(0, 255, 1, 254)),
    watch(1_100),
    PING,
  ),
  situation(
    'a-huge-message',
    {},
    PLAY,
    say({ action: 'NEWS', text: 'x'.repeat(60_000) }),
    watch(1_100),
    PING,
  ),
  situation(
    'repeated-ok',
    {},
    PLAY,
    say({ action: 'OK' }),
    watch(700),
    say({ action: 'OK' }),
    watch(1_100),
    PING,
  ),
  situation(
    'unknown-members',
    {},
    { do: 'answer', with: { alter: 'extra-members' } },
    PLAY,
    say({ action: 'PING', future: { action: 'TERMINATE' } }),
    { do: 'await', what: 'pong', for: 7_000 },
    watch(600),
  ),
];
