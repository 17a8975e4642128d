/** Carries out tasks, at most `concurrency` at a time, in order of their start; stops starting when `signal` aborts. */
export async function carryOutAll<Task>(
  tasks: Iterable<Task>,
  concurrency: number,
  carryOut: (task: Task) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = tasks[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !signal?.aborted; next = queue.next())
      await carryOut(next.value);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
