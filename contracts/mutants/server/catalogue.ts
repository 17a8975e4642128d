import { httpMutants } from './http.ts';
import { connectionMutants, limitMutants, livenessMutants, takeoverMutants } from './model.ts';
import type { ServerMutant } from './mutant.ts';
import { racyMutants } from './races.ts';
import { tokenMutants } from './tokens.ts';

/** Every faulty server that the server contract must find. */
export const SERVER_MUTANTS: readonly ServerMutant[] = [
  ...tokenMutants,
  ...httpMutants,
  ...limitMutants,
  ...connectionMutants,
  ...livenessMutants,
  ...takeoverMutants,
  ...racyMutants,
];
