import { FINISH_MONITORS } from './finish.ts';
import { GATE_MONITORS } from './gate.ts';
import { LIVENESS_MONITORS } from './liveness.ts';
import type { Monitor } from './monitor.ts';
import { PERSISTENCE_MONITORS } from './persistence.ts';
import { RECOVERY_MONITORS } from './recovery.ts';
import { PRESS_MONITORS } from './press.ts';
import { REFUSAL_MONITORS } from './refusals.ts';
import { REPEAT_MONITORS } from './repeats.ts';
import { REQUEST_MONITORS } from './request.ts';
import { ROBUSTNESS_MONITORS } from './robustness.ts';
import { TAKEOVER_MONITORS } from './takeover.ts';

/** One monitor for each rule of the client's catalogue. */
export const CLIENT_MONITORS: readonly Monitor[] = [
  ...REQUEST_MONITORS,
  ...PRESS_MONITORS,
  ...REPEAT_MONITORS,
  ...GATE_MONITORS,
  ...LIVENESS_MONITORS,
  ...FINISH_MONITORS,
  ...RECOVERY_MONITORS,
  ...REFUSAL_MONITORS,
  ...TAKEOVER_MONITORS,
  ...PERSISTENCE_MONITORS,
  ...ROBUSTNESS_MONITORS,
];
