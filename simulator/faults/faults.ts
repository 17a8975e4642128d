import type { Clock } from '../clock.ts';
import type { PoolScope } from '../store/pool-store.ts';
import { isInScope } from '../store/pool-store.ts';
import { createDice } from './dice.ts';
import type { FaultFamily } from './fault-kind.ts';
import { FAULT_KINDS, resolveFault } from './fault-kinds.ts';
import type { Fault, FaultOf, ResolvedFault } from './fault-kinds.ts';

/** Whom a fault would strike. */
export interface FaultSubject extends PoolScope {
  readonly sessionId?: string | undefined;
  /** Which of its session's connections it is, counted from 1. */
  readonly nth?: number | undefined;
}

/** A fault that strikes, and the dice that it draws its jitter with. */
export interface Struck<Family extends FaultFamily> {
  readonly fault: FaultOf<Family>;
  readonly roll: () => number;
}

/** A fault and what has become of it. */
export interface FaultStatus {
  readonly fault: ResolvedFault;
  /** How often it has struck. */
  readonly struck: number;
  /** How often it may still; nothing where there is no bound. */
  readonly left?: number | undefined;
  /** When it ends, in milliseconds since the epoch; nothing where it does not end by time. */
  readonly until?: number | undefined;
  /** Whether it can strike still. */
  readonly active: boolean;
}

/** What goes wrong on purpose. Whatever a fault touches is marked with its name in the journal. */
export interface Faults {
  /**
   * Adds a fault, in place of an earlier one of that name. One that strikes "now" does so at once.
   * @throws {TypeError} on an unknown kind or parameter, or a value out of range.
   */
  add(fault: Fault): ResolvedFault;
  remove(name: string): boolean;
  list(): ResolvedFault[];
  /** How often each has struck, and how often it may. */
  status(): FaultStatus[];
  clear(): void;
  /**
   * The faults of a family that strike here, each counted as having struck. A fact that a fault has as a parameter
   * must be the same; any other fact does not matter to it.
   */
  strike<Family extends FaultFamily>(
    family: Family,
    subject: FaultSubject,
    facts?: Record<string, unknown>,
  ): Struck<Family>[];
  /** Calls `listener` with each fault that is added, until the result is called. */
  subscribe(listener: (fault: ResolvedFault) => void): () => void;
}

interface Entry {
  readonly fault: ResolvedFault;
  readonly roll: () => number;
  readonly until: number;
  left: number;
  struck: number;
}

/** @param seed decides what faults with a probability or a jitter do. */
export function createFaults(clock: Clock, seed: number): Faults {
  const entries = new Map<string, Entry>();
  const listeners = new Set<(fault: ResolvedFault) => void>();
  const isActive = ({ left, until }: Entry): boolean => left > 0 && clock.now() < until;

  return {
    add(given) {
      const fault = resolveFault(given);
      const { name, times = Infinity, duration = Infinity } = fault;
      // Each fault has dice of its own: adding another one does not change what this one does.
      const roll = createDice(seed, name);
      entries.delete(name);
      entries.set(name, { fault, roll, until: clock.now() + duration, left: times, struck: 0 });
      for (const listener of listeners) listener(fault);
      return fault;
    },
    remove: (name) => entries.delete(name),
    list: () => Array.from(entries.values(), ({ fault }) => fault),
    status: () =>
      Array.from(entries.values(), (entry) => ({
        fault: entry.fault,
        struck: entry.struck,
        active: isActive(entry),
        left: Number.isFinite(entry.left) ? entry.left : undefined,
        until: Number.isFinite(entry.until) ? entry.until : undefined,
      })),
    clear: () => entries.clear(),
    strike<Family extends FaultFamily>(family: Family, subject: FaultSubject, facts = {}) {
      const struck: Struck<Family>[] = [];
      for (const entry of entries.values()) {
        const { fault, roll } = entry;
        if (FAULT_KINDS[fault.kind].family !== family || !isActive(entry)) continue;
        if (!isMeant(fault, subject) || !fits(fault, facts)) continue;
        if (fault.probability !== undefined && roll() >= fault.probability) continue;
        entry.left -= 1;
        entry.struck += 1;
        struck.push({ fault: fault as FaultOf<Family>, roll });
      }
      return struck;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function isMeant({ scope }: ResolvedFault, subject: FaultSubject): boolean {
  if (!scope) return true;
  const { sessionId, connection } = scope;
  return (
    isInScope(subject, scope) &&
    (sessionId === undefined || sessionId === subject.sessionId) &&
    (connection === undefined || connection === subject.nth)
  );
}

function fits(fault: ResolvedFault, facts: Record<string, unknown>): boolean {
  const parameters = fault as unknown as Record<string, unknown>;
  return Object.entries(facts).every(
    ([name, value]) => parameters[name] === undefined || parameters[name] === value,
  );
}
