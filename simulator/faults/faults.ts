import type { PoolScope } from '../store/pool-store.ts';
import { isInScope } from '../store/pool-store.ts';

/** A frame that gets lost on its way: which, whose, and how often. */
export interface LostFrameFault {
  readonly name: string;
  readonly kind: 'lose-frame';
  readonly direction: 'in' | 'out';
  /** Only frames of this action; any frame where left out. */
  readonly action?: string | undefined;
  readonly scope?: (PoolScope & { sessionId?: string | undefined }) | undefined;
  /** How many frames get lost; all where left out. */
  readonly times?: number | undefined;
}

export type Fault = LostFrameFault;

/** What goes wrong on purpose. Whatever a fault touches is marked with its name in the journal. */
export interface Faults {
  add(fault: Fault): void;
  remove(name: string): boolean;
  list(): Fault[];
  clear(): void;
  /** The name of the fault that swallows this frame, where one does. */
  losesFrame(
    subject: PoolScope & { sessionId?: string },
    direction: 'in' | 'out',
    action: string | undefined,
  ): string | undefined;
}

export function createFaults(): Faults {
  const active = new Map<string, { fault: Fault; left: number }>();
  return {
    add: (fault) => void active.set(fault.name, { fault, left: fault.times ?? Infinity }),
    remove: (name) => active.delete(name),
    list: () => [...active.values()].map(({ fault }) => fault),
    clear: () => active.clear(),
    losesFrame(subject, direction, action) {
      for (const entry of active.values()) {
        const { fault } = entry;
        const meant =
          fault.direction === direction &&
          (fault.action === undefined || fault.action === action) &&
          isInScope(subject, fault.scope) &&
          (fault.scope?.sessionId === undefined || fault.scope.sessionId === subject.sessionId);
        if (!meant || entry.left === 0) continue;
        entry.left -= 1;
        return fault.name;
      }
      return undefined;
    },
  };
}
