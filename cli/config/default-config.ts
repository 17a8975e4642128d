import type { DriscConfig } from '../../simulator/config/config.ts';
import { DEFAULT_OFFERS, DEFAULT_PUBLISHER } from '../../simulator/options.ts';
import { SETTINGS } from '../../protocol/settings.ts';
import { LIMITS } from '../../simulator/limits.ts';

/** The port that `drisc serve` takes unless told. */
export const DEFAULT_PORT = 4010;

/** What holds where nobody says anything. */
export const DEFAULT_CONFIG = {
  port: DEFAULT_PORT,
  host: '127.0.0.1',
  lan: false,
  tls: false,
  clock: 'real',
  seed: 1,
  publishers: [{ ...DEFAULT_PUBLISHER }],
  offers: DEFAULT_OFFERS,
  settings: pickDefaults(SETTINGS),
  limits: pickDefaults(LIMITS),
  faults: [],
  control: { openToLoopback: false },
  showTokens: false,
} satisfies DriscConfig;

function pickDefaults(table: Record<string, { default: unknown }>): object {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, entry.default]));
}
