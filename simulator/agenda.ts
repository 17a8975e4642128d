import type { Clock } from './clock.ts';

/** A timer as data: what is to happen to which pool, and when (milliseconds since the epoch). */
export interface AgendaItem<Task> {
  readonly id: string;
  readonly due: number;
  readonly task: Task;
}

/** The timers of a runtime. However many there are, the clock has one alarm: for the earliest. */
export interface Agenda<Task> {
  /** Sets the timer `id`, in place of an earlier one of that id. */
  set(id: string, due: number, task: Task): void;
  /** Takes a timer back; one that has rung or never was is no fault. */
  cancel(id: string): void;
  has(id: string): boolean;
  cancelWhere(match: (task: Task) => boolean): void;
  /** What is due next, earliest first. */
  list(): AgendaItem<Task>[];
  clear(): void;
}

/** @param carryOut is called for each timer that came due, in order of `due`; the next one waits for it. */
export function createAgenda<Task>(
  clock: Clock,
  carryOut: (item: AgendaItem<Task>) => Promise<void>,
): Agenda<Task> {
  const heap = createHeap<Task>();
  const current = new Map<string, AgendaItem<Task>>();
  let alarm: { due: number; cancel: () => void } | undefined;

  /** Cancelled and replaced timers stay in the heap until they surface. */
  function earliest(): AgendaItem<Task> | undefined {
    let top = heap.peek();
    while (top && current.get(top.id) !== top) {
      heap.pop();
      top = heap.peek();
    }
    return top;
  }

  function arm(): void {
    const next = earliest();
    if (alarm && alarm.due === next?.due) return;
    alarm?.cancel();
    alarm = next && { due: next.due, cancel: clock.setAlarm(next.due, ring) };
  }

  async function ring(): Promise<void> {
    alarm = undefined;
    for (let item = earliest(); item && item.due <= clock.now(); item = earliest()) {
      heap.pop();
      current.delete(item.id);
      await carryOut(item);
    }
    arm();
  }

  return {
    set(id, due, task) {
      const item = { id, due, task };
      current.set(id, item);
      heap.push(item);
      arm();
    },
    cancel(id) {
      if (current.delete(id)) arm();
    },
    has: (id) => current.has(id),
    cancelWhere(match) {
      for (const [id, item] of current) if (match(item.task)) current.delete(id);
      arm();
    },
    list: () => [...current.values()].sort((a, b) => a.due - b.due),
    clear() {
      current.clear();
      arm();
    },
  };
}

/** A binary heap by `due`; of two timers for the same moment the one set first comes first. */
function createHeap<Task>() {
  const items: { item: AgendaItem<Task>; order: number }[] = [];
  let order = 0;

  const before = (a: number, b: number): boolean => {
    const [left, right] = [items[a]!, items[b]!];
    return left.item.due < right.item.due || (left.item.due === right.item.due && left.order < right.order);
  };
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b]!, items[a]!];
  };

  return {
    peek: () => items[0]?.item,
    push(item: AgendaItem<Task>) {
      items.push({ item, order: order++ });
      for (let child = items.length - 1; child > 0;) {
        const parent = (child - 1) >> 1;
        if (!before(child, parent)) break;
        swap(child, parent);
        child = parent;
      }
    },
    pop() {
      swap(0, items.length - 1);
      items.pop();
      for (let parent = 0; ;) {
        const children = [2 * parent + 1, 2 * parent + 2].filter((child) => child < items.length);
        const least = children.reduce((best, child) => (before(child, best) ? child : best), parent);
        if (least === parent) return;
        swap(least, parent);
        parent = least;
      }
    },
  };
}
