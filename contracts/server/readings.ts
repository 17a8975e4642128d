import { resolveSettings } from '../../protocol/settings.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { Ambiguity } from '../../reports/result.ts';

/** Settings that a server was seen to have. */
export type Measured = { -readonly [Name in keyof Settings]?: Settings[Name] };

/** What a server was seen to do about the open questions of the register (PROTOCOL.md §7). Judges nothing. */
export class Readings {
  readonly #seen = new Map<string, Set<string>>();

  /** Notes what is known of it as settings. */
  noteSettings(measured: Measured): void {
    for (const [id, , reading] of readSettings(measured)) if (reading !== undefined) this.note(id, reading);
  }

  /**
   * Notes a reading in its own words, where no setting names it. One that differs from those before stands beside them.
   * @param id of the register's entry
   */
  note(id: string, reading: string): void {
    this.#seen.set(id, (this.#seen.get(id) ?? new Set()).add(reading));
  }

  /** The register's questions with what this server does, and what the simulator does by default. */
  describe(): Ambiguity[] {
    return readSettings(resolveSettings()).map(([id, question, reading]) => {
      const seen = [...(this.#seen.get(id) ?? [])];
      return {
        id,
        question,
        ...(seen.length === 0 ? {} : { observed: seen.join(' / ') }),
        // No deadline is the right one: it is declared, or measured.
        ...(reading === undefined || id === 'AMB-6' ? {} : { assumed: reading }),
      };
    });
  }
}

type Answer = readonly [id: string, question: string, reading: string | undefined];

/** What settings say to each question. */
function readSettings(settings: Measured): Answer[] {
  const { disabledShape, limitStatus, pongTimeout, pingScope, pingOnRefusedCreate } = settings;
  const { closeAfterExpired, closeAfterFinished, requireSessionName, badFrames } = settings;
  const { takeoverBelowLimit, nameLengthUnit, terminateOn } = settings;
  return [
    ['AMB-1', 'Which members say that DRISC is disabled?', disabledShape && SHAPES[disabledShape]],
    ['AMB-3', 'Which status does LimitExceeded have?', limitStatus?.toString()],
    ['AMB-4', 'Whom does a PING upon a create reach?', pingScope && `the sessions of the ${pingScope}`],
    ['AMB-5', 'Does a refused create ping?', say(pingOnRefusedCreate, 'yes', 'no')],
    [
      'AMB-6',
      'How long may a PING go unanswered?',
      pongTimeout === undefined ? undefined : `${pongTimeout} ms`,
    ],
    [
      'AMB-7',
      'Does the server close the connection after EXPIRED and after FINISHED?',
      closeAfterExpired === undefined || closeAfterFinished === undefined
        ? undefined
        : `after EXPIRED: ${closeAfterExpired ? 'yes' : 'no'}; after FINISHED: ${closeAfterFinished ? 'yes' : 'no'}`,
    ],
    ['AMB-8', 'May sessionName be left out or empty?', say(requireSessionName, 'no', 'yes')],
    [
      'AMB-9',
      'What does the server do about unknown and malformed frames?',
      badFrames && BAD_FRAMES[badFrames],
    ],
    ['AMB-10', 'Is a takeover allowed while a slot is free?', say(takeoverBelowLimit, 'yes', 'no')],
    ['AMB-11', 'What does it count as 100 characters of a name?', nameLengthUnit && UNITS[nameLengthUnit]],
    [
      '4.40',
      'When does a newer connection replace the old one?',
      terminateOn && `when it has ${terminateOn}`,
    ],
  ];
}

const SHAPES = {
  both: 'status "disabled" and enabled false',
  status: 'status "disabled" alone',
  enabled: 'enabled false alone',
} as const;

const BAD_FRAMES = { ignore: 'ignores them', close: 'closes the connection' } as const;
const UNITS = { 'code-points': 'code points', 'utf-16': 'UTF-16 units' } as const;

function say(value: boolean | undefined, yes: string, no: string): string | undefined {
  if (value === undefined) return undefined;
  return value ? yes : no;
}
