import type { Situation, Step } from '../situation.ts';
import type { ScriptedAnswer } from '../stage/answer.ts';
import { HOSTILE_MARKUP } from './hostile-name.ts';
import { PING, PLAY, PRESS_PLAY, say, situation, STOP, wait, watch } from './steps.ts';

const SHOW_LIMIT: readonly Step[] = [{ do: 'start' }, wait('limit', 3_000)];
const CHOOSE: Step = { do: 'take-over', choice: 0 };

/** Names that other devices may have chosen. */
const HOSTILE_NAMES = [
  HOSTILE_MARKUP,
  'a"b\'c\\d</script>\n]]>',
  '\u202eyenom\u202c \u0627\u0644\u0645\u0637\u0628\u062e',
  '🎬'.repeat(100),
  '',
];

const REFUSALS: Record<string, ScriptedAnswer> = {
  forbidden: { status: 403, body: '{"code":"TakeoverDisabled","message":"No."}' },
  'server-error': { status: 500, body: 'oops', type: 'text/plain' },
  'connection-breaks': { broken: 'at-once' },
  'limit-again': {
    status: 403,
    body: '{"code":"LimitExceeded","message":"No.","details":{"takeOverEnabled":true,"activeSessions":[]}}',
  },
};

/** The limit, taking over, and being taken over. */
export const TAKEOVER: readonly Situation[] = [
  situation(
    'take-over',
    { limit: 1, devices: ['Kitchen'] },
    SHOW_LIMIT,
    watch(1_100),
    CHOOSE,
    wait('playing', 4_000),
    PING,
    STOP,
  ),
  situation(
    'take-over-by-tag',
    { limit: 1, by: 'tag', devices: ['Kitchen'] },
    SHOW_LIMIT,
    CHOOSE,
    wait('playing', 4_000),
  ),
  situation(
    'take-over-the-second',
    { devices: ['Kitchen', 'Bedroom'] },
    SHOW_LIMIT,
    { do: 'take-over', choice: 1 },
    wait('playing', 4_000),
  ),
  situation(
    'limit-without-takeover',
    { limit: 1, takeover: false, devices: ['Kitchen'] },
    SHOW_LIMIT,
    watch(1_500),
  ),
  situation(
    'limit-with-status-429',
    { limit: 1, devices: ['Kitchen'], settings: { limitStatus: 429 } },
    SHOW_LIMIT,
    watch(1_200),
  ),
  situation(
    'limit-without-code',
    { limit: 1, devices: ['Kitchen'] },
    { do: 'answer', with: { alter: 'no-code' } },
    SHOW_LIMIT,
    watch(1_200),
  ),
  situation(
    'limit-without-details',
    { limit: 1, devices: ['Kitchen'] },
    { do: 'answer', with: { alter: 'no-details' } },
    SHOW_LIMIT,
    watch(1_200),
  ),
  situation(
    'limit-with-unknown-members',
    { limit: 1, devices: ['Kitchen'] },
    { do: 'answer', with: { alter: 'extra-members' } },
    SHOW_LIMIT,
    watch(1_200),
  ),
  situation('limit-of-none', { limit: 0 }, SHOW_LIMIT, watch(1_500)),
  situation(
    'hostile-names',
    { limit: 5, devices: HOSTILE_NAMES },
    SHOW_LIMIT,
    watch(1_200),
    CHOOSE,
    wait('playing', 4_000),
  ),
  situation(
    'take-over-what-is-gone',
    { limit: 1, devices: ['Kitchen'] },
    SHOW_LIMIT,
    { do: 'device', name: 'Kitchen', does: 'finish' },
    CHOOSE,
    watch(1_800),
  ),
  ...Object.entries(REFUSALS).map(([name, answer]) =>
    situation(
      `take-over-refused-${name}`,
      { limit: 1, devices: ['Kitchen'] },
      SHOW_LIMIT,
      { do: 'answer', with: answer },
      CHOOSE,
      watch(1_800),
    ),
  ),
  situation(
    'taken-over',
    { limit: 1 },
    PLAY,
    { do: 'device', name: 'Bedroom', does: 'take-over' },
    wait('stopped', 2_500),
    watch(2_500),
  ),
  situation(
    'taken-over-by-a-hostile-name',
    { limit: 1 },
    PLAY,
    { do: 'device', name: `</script>${HOSTILE_MARKUP}🎬`, does: 'take-over' },
    wait('stopped', 2_500),
    watch(800),
  ),
  situation(
    'taken-over-and-back-by-choice',
    { limit: 1 },
    PLAY,
    { do: 'device', name: 'Bedroom', does: 'take-over' },
    wait('stopped', 2_500),
    watch(1_600),
    PRESS_PLAY,
    wait('limit', 3_000),
    CHOOSE,
    wait('playing', 4_000),
    PING,
  ),
  situation(
    'taken-over-without-a-name',
    {},
    PLAY,
    say({ action: 'TAKE_OVER' }),
    wait('stopped', 2_500),
    { do: 'close', code: 1000 },
    watch(1_800),
  ),
  situation('terminated', {}, PLAY, { do: 'terminate' }, wait('stopped', 2_500), watch(2_500)),
];
