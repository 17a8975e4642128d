import { PING, PLAY, say, situation, STOP, wait, watch } from '../../client/situations/steps.ts';
import type { Situation, Step } from '../../client/situation.ts';

/** A situation that a person goes through with a device. */
export interface DeviceSituation {
  /** What happens, for the person. */
  readonly title: string;
  /** The rules that it is there for, by how their ids begin. */
  readonly about: readonly string[];
  readonly situation: Situation;
}

/** The person looks whether the video plays. */
const LOOK: Step = wait('stopped', 2_000);

function describe(
  title: string,
  about: readonly string[],
  ...[name, setup, ...steps]: Parameters<typeof situation>
): DeviceSituation {
  return { title, about, situation: situation(name, setup, ...steps) };
}

/** Those of the contract that matter most on a device, in an order in which a person learns what to do. */
export const DEVICE_SITUATIONS: readonly DeviceSituation[] = [
  describe(
    'You watch and stop.',
    ['client/request/', 'client/gate/', 'client/liveness/', 'client/finish/'],
    'play-and-stop',
    {},
    PLAY,
    PING,
    STOP,
    watch(1_500),
  ),
  describe(
    'The permission to play takes its time.',
    [
      'client/gate/requested-first',
      'client/gate/no-play-before-ok',
      'client/gate/only-ok-starts',
      'client/liveness/',
    ],
    'slow-ok',
    {},
    { do: 'hold', action: 'OK' },
    { do: 'start' },
    wait('requested', 5_000),
    PING,
    LOOK,
    { do: 'release' },
    wait('playing', 4_000),
  ),
  describe(
    'The server has an error.',
    ['client/gate/no-play-when-refused'],
    'refused-server-error',
    {},
    {
      do: 'answer',
      with: { status: 500, body: '<h1>Internal Server Error</h1>', type: 'text/html' },
      times: 20,
    },
    { do: 'start' },
    LOOK,
  ),
  describe(
    'Session control is switched off.',
    ['client/gate/plays-when-disabled', 'client/gate/no-connection-when-disabled'],
    'disabled-both',
    { enabled: false },
    PLAY,
    { do: 'stop' },
    LOOK,
  ),
  describe(
    'Another device takes the session over.',
    ['client/gate/stops-on-take-over', 'client/takeover/victim-stays-away', 'client/takeover/tells-who'],
    'taken-over',
    { limit: 1 },
    PLAY,
    { do: 'device', name: 'Bedroom', does: 'take-over' },
    wait('stopped', 2_500),
    watch(2_500),
  ),
  describe(
    'The limit is reached, and you take the place of another device.',
    ['client/takeover/'],
    'take-over',
    { limit: 1, devices: ['Kitchen'] },
    { do: 'start' },
    wait('limit', 5_000),
    { do: 'take-over', choice: 0 },
    wait('playing', 4_000),
    PING,
  ),
  describe(
    'The limit is reached, and nobody may take anything over.',
    [
      'client/takeover/recognises-limit',
      'client/takeover/offers-when-enabled',
      'client/gate/no-play-when-refused',
    ],
    'limit-without-takeover',
    { limit: 1, takeover: false, devices: ['Kitchen'] },
    { do: 'start' },
    wait('limit', 5_000),
    LOOK,
  ),
  describe(
    'The server ends the session.',
    ['client/gate/stops-on-terminate', 'client/takeover/terminated-stays-away'],
    'terminated',
    {},
    PLAY,
    { do: 'terminate' },
    wait('stopped', 2_500),
    watch(2_500),
  ),
  describe(
    'The network breaks for a moment.',
    ['client/recovery/', 'client/liveness/'],
    'network-breaks-once',
    {},
    PLAY,
    { do: 'cut' },
    wait('attempt', 31_500),
    wait('playing', 4_000),
    PING,
    STOP,
  ),
  describe(
    'The network is away for a while.',
    ['client/gate/stops-when-lost', 'client/gate/resumes-after-ok', 'client/recovery/'],
    'network-down-for-long',
    {},
    PLAY,
    { do: 'down' },
    wait('stopped', 7_500),
    { do: 'up' },
    wait('playing', 15_000),
  ),
  describe(
    'The server says what no app knows.',
    ['client/robustness/'],
    'unknown-and-malformed-messages',
    {},
    PLAY,
    say({ action: 'TOMORROW', until: 'noon' }),
    say({ action: 'take_over', sessionName: 'TV' }),
    { do: 'say', text: '{"action":"PING"' },
    { do: 'say', text: 'null' },
    LOOK,
    PING,
  ),
  describe(
    'You close the app while it plays, and open it again.',
    ['client/persistence/'],
    'reload',
    {},
    PLAY,
    { do: 'reload' },
    wait('playing', 2_500),
    { do: 'start' },
    wait('playing', 4_000),
    PING,
  ),
];

/** Those that are there for one of these rules. */
export function chooseDeviceSituations(rules: readonly string[]): readonly DeviceSituation[] {
  return DEVICE_SITUATIONS.filter(({ about }) =>
    rules.some((rule) => about.some((start) => rule.startsWith(start))),
  );
}

/** About how long a person takes over a situation, in milliseconds. */
export function estimateTime({ steps }: Situation): number {
  return steps.reduce((sum, step) => sum + timeOf(step), PAUSE);
}

const PAUSE = 6_000;
const DEED = 8_000;
const LOOK_TIME = 5_000;

function timeOf(step: Step): number {
  if (step.do === 'watch') return step.for;
  if (step.do === 'await') return step.what === 'stopped' ? step.for + LOOK_TIME : LOOK_TIME;
  return ['start', 'stop', 'take-over', 'reload'].includes(step.do) ? DEED : 0;
}
