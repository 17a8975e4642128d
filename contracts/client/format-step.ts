import { describeAnswer } from './stage/answer.ts';
import type { Setup, Step } from './situation.ts';

/** How things stand, a line for each thing that is not as usual. */
export function formatSetup(setup: Setup): string[] {
  const { limit, takeover, enabled, by, sessionName, devices = [], settings } = setup;
  return [
    limit !== undefined && `server: allows ${limit} ${limit === 1 ? 'session' : 'sessions'}`,
    takeover === false && 'server: takeover is switched off',
    enabled === false && 'server: DRISC is switched off',
    settings && `server: settings ${JSON.stringify(settings)}`,
    by === 'tag' && 'app: asks by tag',
    sessionName !== undefined && `app: its session is to be named ${JSON.stringify(sessionName)}`,
    ...devices.map((name) => `${name}: holds a session`),
  ].filter((line) => line !== false && line !== undefined && line !== '') as string[];
}

/** A step in words, beginning with who acts; nothing where the harness only waits. */
export function formatStep(step: Step): string | undefined {
  switch (step.do) {
    case 'start':
      return step.other
        ? `app: the user presses play, for another ${step.other}`
        : 'app: the user presses play';
    case 'stop':
      return 'app: the user stops';
    case 'end':
      return 'app: the stream comes to its end';
    case 'take-over':
      return `app: the user chooses session ${step.choice + 1} of the list to take over`;
    case 'reload':
      return 'app: is reloaded';
    case 'device':
      return `${step.name}: ${DEVICE_WORDS[step.does]}`;
    case 'watch':
      return `time: ${step.for} ms pass`;
    case 'await':
      return undefined;
    default:
      return formatServerStep(step);
  }
}

const DEVICE_WORDS = {
  create: 'creates a session',
  'take-over': "takes the app's session over",
  finish: 'finishes its session',
} as const;

type ServerStep = Exclude<
  Step,
  { do: 'start' | 'stop' | 'end' | 'take-over' | 'reload' | 'device' | 'watch' | 'await' }
>;

function formatServerStep(step: ServerStep): string {
  const times = 'times' in step && step.times !== undefined && step.times > 1 ? ` (${step.times} times)` : '';
  switch (step.do) {
    case 'answer':
      return `server: to the next request, ${describeAnswer(step.with)}${times}`;
    case 'refuse':
      return step.status === 0
        ? `network: breaks the next attempt to connect${times}`
        : `server: refuses the next attempt to connect with ${step.status}${times}`;
    case 'hold':
      return `server: keeps ${step.action} back`;
    case 'release':
      return 'server: sends what it kept back';
    case 'lose':
      return `network: loses the next ${step.action}${times}`;
    case 'ping':
      return `server: sends PING${times}`;
    case 'terminate':
      return 'server: sends TERMINATE and closes';
    case 'expire':
      return 'server: deletes the session, sends EXPIRED and closes';
    case 'forget':
      return 'server: deletes the session without a word';
    case 'forgetful':
      return 'server: deletes each session as soon as it has granted it';
    case 'say':
      return `server: sends ${step.text.length > 60 ? `${step.text.slice(0, 57)}… (${step.text.length} characters)` : step.text}`;
    case 'say-binary':
      return 'server: sends a binary frame';
    case 'close':
      return `server: closes the connection with ${step.code}`;
    case 'cut':
      return 'network: breaks the connection';
    case 'down':
      return 'network: goes down';
    case 'up':
      return 'network: is back';
  }
}
