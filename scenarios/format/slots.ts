import { closeCodeSchema } from '../../protocol/close-frame.ts';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../../protocol/messages.ts';
import { FAULT_KINDS } from '../../simulator/faults/fault-kinds.ts';
import { parseDuration } from './duration.ts';

/** What may stand in a slot of a phrase. */
interface Slot {
  /** A regular expression for the JSON Schema. */
  readonly pattern: string;
  readonly example: string;
  /** The words that may stand there, where they can be counted. */
  readonly words?: readonly string[];
  /** Says what is wrong with a text, or nothing. */
  problem(text: string): string | undefined;
}

/** The slots that `phrases.ts` uses. `{actor}` is checked against the scenario's devices by the parser. */
export const SLOTS = {
  actor: { pattern: '[a-z][a-z0-9-]*', example: 'tv', problem: () => undefined },
  message: words(CLIENT_ACTIONS),
  reply: words(SERVER_ACTIONS),
  frame: words([...CLIENT_ACTIONS, ...SERVER_ACTIONS]),
  fault: words(Object.keys(FAULT_KINDS)),
  switch: words(['on', 'off']),
  number: wholeNumber(0, 1_000_000, '2'),
  status: wholeNumber(100, 599, '404'),
  code: {
    pattern: String.raw`\d+`,
    example: '1000',
    problem: (text) =>
      /^\d+$/.test(text) && closeCodeSchema.safeParse(Number(text)).success
        ? undefined
        : `expected a close code that may be sent, such as 1000, 1008 or 4000, got "${text}"`,
  },
  duration: {
    pattern: String.raw`\d+(\.\d+)?(ms|s|m|h)`,
    example: '5s',
    problem: (text) =>
      parseDuration(text) === undefined
        ? `expected a duration with its unit, such as 500ms, 2s or 1m, got "${text}"`
        : undefined,
  },
} satisfies Record<string, Slot>;

export type SlotName = keyof typeof SLOTS;

export function slotOf(name: string): Slot {
  return SLOTS[name as SlotName];
}

function words(list: readonly string[]): Slot {
  return {
    pattern: `(${list.join('|')})`,
    example: list[0]!,
    words: list,
    problem: (text) =>
      list.includes(text) ? undefined : `expected one of ${list.join(', ')}, got "${text}"`,
  };
}

function wholeNumber(min: number, max: number, example: string): Slot {
  return {
    pattern: String.raw`\d+`,
    example,
    problem(text) {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= min && value <= max) return undefined;
      return `expected a whole number from ${min} to ${max}, got "${text}"`;
    },
  };
}
