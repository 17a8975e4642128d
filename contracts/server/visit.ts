import { Readings } from './readings.ts';

/** What the cases of one run know of it together. */
export interface Visit {
  /** Aborts when the run is broken off: nothing is begun from then on, and what was begun is ended. */
  readonly signal: AbortSignal | undefined;
  /** Sessions whose end was not seen: their endpoint does not open, or the server did not close. */
  stranded: number;
  /** What the server was seen to do where the documents leave a choice. */
  readonly readings: Readings;
}

export function beginVisit(signal?: AbortSignal): Visit {
  return { signal, stranded: 0, readings: new Readings() };
}
