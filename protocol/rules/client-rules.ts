import { CLIENT_FINISH_RULES } from './client-finish.ts';
import { CLIENT_GATE_RULES } from './client-gate.ts';
import { CLIENT_LIVENESS_RULES } from './client-liveness.ts';
import { CLIENT_PERSISTENCE_RULES } from './client-persistence.ts';
import { CLIENT_RECOVERY_RULES } from './client-recovery.ts';
import { CLIENT_REQUEST_RULES } from './client-request.ts';
import { CLIENT_ROBUSTNESS_RULES } from './client-robustness.ts';
import { CLIENT_TAKEOVER_RULES } from './client-takeover.ts';
import type { Rule } from './rule.ts';

/** Everything that a client is judged by, in the order of PROTOCOL.md section 5. */
export const CLIENT_RULES: readonly Rule[] = [
  ...CLIENT_REQUEST_RULES,
  ...CLIENT_GATE_RULES,
  ...CLIENT_LIVENESS_RULES,
  ...CLIENT_FINISH_RULES,
  ...CLIENT_RECOVERY_RULES,
  ...CLIENT_TAKEOVER_RULES,
  ...CLIENT_PERSISTENCE_RULES,
  ...CLIENT_ROBUSTNESS_RULES,
];
