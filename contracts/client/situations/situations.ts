import type { Situation } from '../situation.ts';
import { EVERYDAY } from './everyday.ts';
import { FINISH } from './finish.ts';
import { GATE } from './gate.ts';
import { PERSISTENCE } from './persistence.ts';
import { RECOVERY } from './recovery.ts';
import { REPEATS } from './repeats.ts';
import { ROBUSTNESS } from './robustness.ts';
import { TAKEOVER } from './takeover.ts';

/** All that a client is put through, beside what is generated. Every trace is judged by every monitor. */
export const SITUATIONS: readonly Situation[] = [
  ...EVERYDAY,
  ...GATE,
  ...REPEATS,
  ...FINISH,
  ...RECOVERY,
  ...TAKEOVER,
  ...PERSISTENCE,
  ...ROBUSTNESS,
];
