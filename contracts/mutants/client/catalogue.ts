import { FINISH_MUTANTS } from './finish.ts';
import { GATE_MUTANTS } from './gate.ts';
import { LIVENESS_MUTANTS } from './liveness.ts';
import type { ClientMutant } from './mutant.ts';
import { PERSISTENCE_MUTANTS } from './persistence.ts';
import { RECOVERY_MUTANTS } from './recovery.ts';
import { REQUEST_MUTANTS } from './request.ts';
import { ROBUSTNESS_MUTANTS } from './robustness.ts';
import { TAKEOVER_MUTANTS } from './takeover.ts';

/** Every faulty client, in the order of the rules that they break. */
export const CLIENT_MUTANTS: readonly ClientMutant[] = [
  ...REQUEST_MUTANTS,
  ...GATE_MUTANTS,
  ...LIVENESS_MUTANTS,
  ...FINISH_MUTANTS,
  ...RECOVERY_MUTANTS,
  ...TAKEOVER_MUTANTS,
  ...PERSISTENCE_MUTANTS,
  ...ROBUSTNESS_MUTANTS,
];
