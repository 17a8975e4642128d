import { z } from 'zod';

interface LimitEntry {
  readonly default: number;
  readonly unit: string;
  readonly description: string;
}

/** What the simulator bears before it defends itself, so that nothing a client does ends the process. */
export const LIMITS = {
  maxBodyBytes: {
    default: 65_536,
    unit: 'bytes',
    description: 'The largest request body; a larger one is answered 413.',
  },
  maxHeaderBytes: {
    default: 16_384,
    unit: 'bytes',
    description: 'All headers of a request together; more are answered 431.',
  },
  maxFrameBytes: {
    default: 65_536,
    unit: 'bytes',
    description: 'The largest WebSocket message; a larger one closes its connection with 1009.',
  },
  maxRequestTime: {
    default: 30_000,
    unit: 'ms',
    description: 'How long a client may take to send a request, on the wall clock; then 408.',
  },
  maxIdleTime: {
    default: 10_000,
    unit: 'ms',
    description: 'How long an HTTP connection may wait for its next request, on the wall clock.',
  },
  maxConnections: {
    default: 10_000,
    unit: 'connections',
    description: 'WebSockets at a time; a further one is refused with 503.',
  },
  maxSessionsPerCustomer: {
    default: 1_000,
    unit: 'sessions',
    description: "One customer's sessions at all offers together; a further create is answered 429.",
  },
  maxBufferedBytes: {
    default: 4_194_304,
    unit: 'bytes',
    description: 'What may wait for a slow reader; a connection with more is cut.',
  },
  maxJournalEntries: {
    default: 20_000,
    unit: 'entries',
    description: 'The journal entries that are kept.',
  },
  maxJournalCharacters: {
    default: 33_554_432,
    unit: 'characters',
    description: 'The size of the journal that is kept, about.',
  },
} as const satisfies Record<string, LimitEntry>;

export type LimitName = keyof typeof LIMITS;
export type Limits = { readonly [Name in LimitName]: number };

/** The schema of a set of limits, all optional; unknown names are refused. */
export const limitsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(LIMITS).map(([name, { description, unit, default: fallback }]) => [
      name,
      z.int().min(1).optional().meta({ description, unit, default: fallback }),
    ]),
  ),
) as unknown as z.ZodType<Partial<Limits>, Partial<Limits>>;

/** @throws {TypeError} on an unknown name or a value that is no whole number of 1 or more. */
export function resolveLimits(given: { readonly [Name in LimitName]?: number | undefined } = {}): Limits {
  const parsed = limitsSchema.safeParse(given);
  if (!parsed.success) throw new TypeError(`limits: ${z.prettifyError(parsed.error)}`);
  const defaults = Object.entries(LIMITS).map(([name, entry]) => [
    name,
    given[name as LimitName] ?? entry.default,
  ]);
  return Object.freeze(Object.fromEntries(defaults)) as Limits;
}
