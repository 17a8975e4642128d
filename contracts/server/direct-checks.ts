import { authorisationChecks } from './authorisation.ts';
import { badFrameChecks } from './bad-frames.ts';
import { challengeChecks } from './challenges.ts';
import { concurrencyChecks } from './concurrency.ts';
import { corsChecks } from './cors.ts';
import { creationChecks } from './creation.ts';
import type { DirectCheck } from './direct-check.ts';
import { misuseChecks } from './misuse.ts';
import { nameChecks } from './names.ts';
import { strayChecks } from './strays.ts';
import { takeoverChecks } from './takeover.ts';

/** Every check of one rule by itself. */
export const DIRECT_CHECKS: readonly DirectCheck[] = [
  ...authorisationChecks,
  ...creationChecks,
  ...nameChecks,
  ...corsChecks,
  ...misuseChecks,
  ...badFrameChecks,
  ...takeoverChecks,
  ...strayChecks,
  ...challengeChecks,
  ...concurrencyChecks,
];
