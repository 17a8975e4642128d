/** What the cases of one run know of it together. */
export interface Visit {
  /** Aborts when the run is broken off: nothing is begun from then on, and what was begun is ended. */
  readonly signal: AbortSignal | undefined;
  /** Sessions whose end was not seen: their endpoint does not open, or the server did not close. */
  stranded: number;
}

export function beginVisit(signal?: AbortSignal): Visit {
  return { signal, stranded: 0 };
}
