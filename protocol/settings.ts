import { z } from 'zod';
import { closeCodeSchema } from './close-frame.ts';
import type { Mark } from './mark.ts';

interface SettingEntry<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  default: z.infer<Schema>;
  /** `ms`, `HTTP status`, `characters`; nothing where the value speaks for itself. */
  unit?: string;
  mark: Mark;
  /** The requirement of PROTOCOL.md that the setting belongs to. */
  clause: string;
  description: string;
}

const milliseconds = z.int().min(0);

function setting<Schema extends z.ZodType>(entry: SettingEntry<Schema>): SettingEntry<Schema> {
  return entry;
}

/**
 * Every behaviour on which the documents are silent or disagree, as a named setting.
 * The command line's help, the configuration's schema and the docs are generated from this table.
 */
export const SETTINGS = {
  pongTimeout: setting({
    schema: milliseconds.min(1),
    default: 5_000,
    unit: 'ms',
    mark: 'A',
    clause: '4.24',
    description: 'How long a session may leave a PING unanswered before its record is deleted.',
  }),
  pendingTimeout: setting({
    schema: milliseconds.min(1),
    default: 30_000,
    unit: 'ms',
    mark: 'A',
    clause: '4.14',
    description: 'How long a record that was never REQUESTED holds its slot.',
  }),
  pingInterval: setting({
    schema: milliseconds,
    default: 0,
    unit: 'ms',
    mark: 'A',
    clause: '4.20',
    description: 'An extra, periodic PING to every session of a pool; 0 switches it off.',
  }),
  pingScope: setting({
    schema: z.enum(['pool', 'customer']),
    default: 'pool',
    mark: 'A',
    clause: '4.17',
    description: "Whom the PING upon a create reaches: the pool, or all of the customer's pools (AMB-4).",
  }),
  pingOnRefusedCreate: setting({
    schema: z.boolean(),
    default: true,
    mark: 'A',
    clause: '4.19',
    description: 'Whether a create that is refused at the limit sends PING too (AMB-5).',
  }),
  terminateOn: setting({
    schema: z.enum(['requested', 'connected']),
    default: 'requested',
    mark: 'A',
    clause: '4.40',
    description: "When the old connection gets TERMINATE: at the new one's REQUESTED, or at its opening.",
  }),
  limitStatus: setting({
    schema: z.int().min(400).max(499),
    default: 403,
    unit: 'HTTP status',
    mark: 'A',
    clause: '3.19',
    description: 'The status of LimitExceeded (AMB-3).',
  }),
  disabledShape: setting({
    schema: z.enum(['both', 'status', 'enabled']),
    default: 'both',
    mark: 'A',
    clause: '3.15',
    description: 'Which members the answer has when DRISC is off (AMB-1).',
  }),
  requireSessionName: setting({
    schema: z.boolean(),
    default: false,
    mark: 'A',
    clause: '3.4',
    description: 'Whether a create without a sessionName, or with an empty one, is refused (AMB-8).',
  }),
  maxNameLength: setting({
    schema: z.int().min(1),
    default: 100,
    unit: 'characters',
    mark: 'D',
    clause: '3.2',
    description: 'The longest sessionName that is accepted.',
  }),
  nameLengthUnit: setting({
    schema: z.enum(['code-points', 'utf-16']),
    default: 'code-points',
    mark: 'A',
    clause: '3.3',
    description: 'What a character of a sessionName is (AMB-11).',
  }),
  takeoverBelowLimit: setting({
    schema: z.boolean(),
    default: true,
    mark: 'A',
    clause: '3.36',
    description: 'Whether a takeover is allowed while a slot is free (AMB-10).',
  }),
  closeAfterExpired: setting({
    schema: z.boolean(),
    default: true,
    mark: 'A',
    clause: '4.12',
    description: 'Whether the server closes the connection after EXPIRED (AMB-7).',
  }),
  closeAfterFinished: setting({
    schema: z.boolean(),
    default: true,
    mark: 'A',
    clause: '4.35',
    description: 'Whether the server closes the connection after FINISHED (AMB-7).',
  }),
  closeCodeOrderly: setting({
    schema: closeCodeSchema,
    default: 1000,
    unit: 'close code',
    mark: 'A',
    clause: '4.58',
    description: 'The close code of an orderly end (AMB-7).',
  }),
  closeCodePolicy: setting({
    schema: closeCodeSchema,
    default: 1008,
    unit: 'close code',
    mark: 'A',
    clause: '4.26',
    description: 'The close code after a missed deadline or a bad frame (AMB-7).',
  }),
  badFrames: setting({
    schema: z.enum(['ignore', 'close']),
    default: 'ignore',
    mark: 'A',
    clause: '4.51',
    description: 'What an unknown action, malformed JSON or a binary frame leads to (AMB-9).',
  }),
  endpointTokenLifetime: setting({
    schema: milliseconds.min(1000),
    default: 86_400_000,
    unit: 'ms',
    mark: 'A',
    clause: '4.3',
    description: "How long the token in an endpoint serves to connect, counted from the record's creation.",
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [Name in SettingName]: z.infer<(typeof SETTINGS)[Name]['schema']> };

/** The schema of a set of settings, all optional; unknown names are refused. */
export const settingsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(SETTINGS).map(([name, entry]) => [
      name,
      entry.schema.optional().meta({
        description: entry.description,
        default: entry.default,
        ...('unit' in entry && entry.unit !== undefined ? { unit: entry.unit } : {}),
      }),
    ]),
  ),
) as unknown as z.ZodType<Partial<Settings>, Partial<Settings>>;

/**
 * Fills in the defaults, once, at the boundary. An explicit `undefined` means the default.
 * @throws {TypeError} on an unknown name or a value out of range.
 */
export function resolveSettings(
  given: { readonly [Name in SettingName]?: Settings[Name] | undefined } = {},
): Settings {
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new TypeError(`settings: ${z.prettifyError(parsed.error)}`);
  const resolved: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(SETTINGS)) {
    resolved[name] = given[name as SettingName] ?? entry.default;
  }
  return Object.freeze(resolved) as Settings;
}
