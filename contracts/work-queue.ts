/**
 * Carries out tasks, at most `concurrency` at a time, in order of their start; stops starting when `signal` aborts, or
 * when a task fails: those that go on then end first.
 */
export async function carryOutAll<Task>(
  tasks: Iterable<Task>,
  concurrency: number,
  carryOut: (task: Task) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = tasks[Symbol.iterator]();
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !signal?.aborted; next = queue.next()) {
      await carryOut(next.value).catch((error: unknown) => errors.push(error));
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (errors.length > 0) throw errors[0];
}
