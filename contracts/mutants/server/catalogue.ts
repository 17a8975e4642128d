import { connectionMutants } from './connection.ts';
import { httpMutants } from './http.ts';
import { limitMutants } from './limit.ts';
import { livenessMutants } from './liveness.ts';
import type { ServerMutant } from './mutant.ts';
import { racyMutants } from './races.ts';
import { strayMutants } from './strays.ts';
import { takeoverMutants } from './takeover.ts';
import { tokenMutants } from './tokens.ts';

/** Every faulty server that the server contract must find. */
export const SERVER_MUTANTS: readonly ServerMutant[] = [
  ...tokenMutants,
  ...httpMutants,
  ...limitMutants,
  ...connectionMutants,
  ...livenessMutants,
  ...takeoverMutants,
  ...strayMutants,
  ...racyMutants,
];
