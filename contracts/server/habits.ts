import { resolveSettings } from '../../protocol/settings.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { ServerSubject } from './server-subject.ts';

/**
 * What a server does where the documents leave a choice, as it was measured. The model runs with these settings, so
 * that whatever the register of ambiguities accepts is no mismatch.
 */
export interface Habits {
  readonly settings: Settings;
  /** Why the deadline of PONG is not known, where it was to be measured and could not; the settings then have a guess. */
  readonly unknownDeadline?: string | undefined;
  /** The longest of several round trips, in milliseconds. */
  readonly roundTrip: number;
  /** How long an answer that must come may take, in milliseconds. */
  readonly patience: number;
  /** How long to listen for what must not come, in milliseconds. */
  readonly settle: number;
  /** How far from a deadline our own clock is trusted, in milliseconds. */
  readonly tolerance: number;
}

/** Habits of a server about which nothing is known yet: the documents' and our own assumptions. */
export function assumeHabits(
  subject: ServerSubject,
  roundTrip: number,
  measured: { readonly [Name in keyof Settings]?: Settings[Name] } = {},
): Habits {
  const { pongTimeout } = subject;
  const declared = pongTimeout === 'auto' ? {} : { pongTimeout };
  return {
    settings: resolveSettings({ ...declared, ...measured }),
    roundTrip,
    patience: Math.max(2_500, 20 * roundTrip),
    settle: Math.max(40, 3 * roundTrip),
    tolerance: Math.max(120, 4 * roundTrip),
  };
}
