import { CLOCK_OPERATIONS } from './clock-operations.ts';
import { DIRECTORY_OPERATIONS } from './directory-operations.ts';
import { FAULT_OPERATIONS } from './fault-operations.ts';
import { GHOST_OPERATIONS } from './ghost-operations.ts';
import { JOURNAL_OPERATIONS } from './journal-operations.ts';
import type { Operation } from './operation.ts';
import { SCENARIO_OPERATIONS } from './scenario-operations.ts';
import { SESSION_OPERATIONS } from './session-operations.ts';

/** Everything that the control API does. */
export const OPERATIONS: readonly Operation[] = [
  ...CLOCK_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...GHOST_OPERATIONS,
  ...FAULT_OPERATIONS,
  ...SCENARIO_OPERATIONS,
  ...DIRECTORY_OPERATIONS,
  ...JOURNAL_OPERATIONS,
];
