import { resolveSettings } from '../../protocol/settings.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { ServerSubject } from './server-subject.ts';
import type { Tempo } from './tempo.ts';

/**
 * What a server does where the documents leave a choice, as it was measured. The model runs with these settings, so
 * that whatever the register of ambiguities accepts is no mismatch.
 */
export interface Habits {
  readonly settings: Settings;
  /** Why the deadline of PONG is not known, where it was to be measured and could not; the settings then have a guess. */
  readonly unknownDeadline?: string | undefined;
  readonly tempo: Tempo;
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
  tempo: Tempo,
  measured: { readonly [Name in keyof Settings]?: Settings[Name] } = {},
): Habits {
  const { pongTimeout } = subject;
  const declared = pongTimeout === 'auto' ? {} : { pongTimeout };
  return { settings: resolveSettings({ ...declared, ...measured }), ...waitAt(tempo) };
}

/** The same habits of a server that turned out to take longer for an answer, in milliseconds. */
export function slowDown(habits: Habits, answer: number): Habits {
  return { ...habits, ...waitAt({ ...habits.tempo, answer }) };
}

function waitAt(tempo: Tempo): Pick<Habits, 'tempo' | 'patience' | 'settle' | 'tolerance'> {
  return {
    tempo,
    patience: Math.max(2_500, 20 * tempo.answer),
    settle: Math.max(40, 3 * tempo.answer),
    tolerance: Math.max(120, 4 * tempo.answer),
  };
}
