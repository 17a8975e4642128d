/** An operation as its caller saw it: when it was sent, when the answer was there (never: `Infinity`), and what it was. */
export interface Operation {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Whether the operations of a history can be put in one order that keeps every «answered before sent» and in which each
 * answer is the right one. `unknown` where the search was given up after `budget` steps.
 * @param apply gives the state after an operation, or nothing where its answer does not fit the state.
 * @param nameState two states of the same name are the same.
 */
export function linearize<State, Op extends Operation>(
  operations: readonly Op[],
  initial: State,
  apply: (state: State, operation: Op) => State | undefined,
  nameState: (state: State) => string,
  budget = 50_000,
): 'yes' | 'no' | 'unknown' {
  const failed = new Set<string>();
  let steps = 0;

  function search(left: readonly Op[], state: State): boolean | undefined {
    // What was never answered may never have happened.
    if (left.every(({ end }) => end === Infinity)) return true;
    const mark = `${left.map(({ name }) => name).join()}|${nameState(state)}`;
    if (failed.has(mark)) return false;
    const firstAnswer = Math.min(...left.map(({ end }) => end));
    let open = false;
    for (const operation of left) {
      if (operation.start > firstAnswer) continue;
      if ((steps += 1) > budget) return undefined;
      const next = apply(state, operation);
      if (next === undefined) continue;
      const found = search(
        left.filter((other) => other !== operation),
        next,
      );
      if (found) return true;
      if (found === undefined) open = true;
    }
    if (open) return undefined;
    failed.add(mark);
    return false;
  }

  const found = search(operations, initial);
  if (found === undefined) return 'unknown';
  return found ? 'yes' : 'no';
}
