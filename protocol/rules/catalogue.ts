import type { Rule } from './rule.ts';
import { serverAuthorisationRules } from './server-authorisation.ts';
import { serverConcurrencyRules } from './server-concurrency.ts';
import { serverConnectionRules, serverRobustnessRules } from './server-connection.ts';
import { serverCorsRules, serverCreateRules, serverDisabledRules } from './server-create.ts';
import { serverFinishRules } from './server-finish.ts';
import { serverLimitRules } from './server-limit.ts';
import { serverLivenessRules, serverReconnectRules } from './server-liveness.ts';
import { serverTakeoverRules } from './server-takeover.ts';

/** Every rule for servers, in the order in which a session meets them. */
export const SERVER_RULES: readonly Rule[] = [
  ...serverAuthorisationRules,
  ...serverCreateRules,
  ...serverCorsRules,
  ...serverDisabledRules,
  ...serverLimitRules,
  ...serverConnectionRules,
  ...serverRobustnessRules,
  ...serverLivenessRules,
  ...serverReconnectRules,
  ...serverTakeoverRules,
  ...serverFinishRules,
  ...serverConcurrencyRules,
];
