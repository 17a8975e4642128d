import { afterEach, describe, expect, it } from 'vitest';
import { createSimulator, createVirtualClock, FAULT_KINDS } from '../simulator/index.ts';
import type { FaultKindName, Simulator } from '../simulator/index.ts';
import { FAULT_EXERCISES, isInjectedBy } from './fault-exercises.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

const kinds = Object.keys(FAULT_KINDS) as FaultKindName[];
const exercises = kinds.flatMap((kind) => FAULT_EXERCISES[kind].map((exercise) => ({ kind, ...exercise })));

/** Kinds whose work is that nothing is written: an expired session is one of the protocol, in the journal. */
const UNMARKED: FaultKindName[] = ['expire-session'];

describe('every kind of fault, over a real socket', () => {
  it('is exercised', () => {
    expect(kinds.filter((kind) => FAULT_EXERCISES[kind].length === 0)).toEqual([]);
  });

  it.each(exercises)('$kind: $title', async (exercise) => {
    const clock = createVirtualClock();
    const simulator = createSimulator({ clock, offers: [{ id: 'S1', tags: ['live'], limit: 1 }] });
    open.push(simulator);
    await simulator.listen();
    if (!exercise.addedLater) simulator.faults.add(exercise.fault);
    await FAULT_EXERCISES[exercise.kind].find(({ title }) => title === exercise.title)?.run(simulator, clock);

    const [status] = simulator.faults.status();
    expect(status?.fault.kind).toBe(exercise.kind);
    expect(status?.struck).toBeGreaterThan(0);
    if (UNMARKED.includes(exercise.kind)) return;
    expect(simulator.journal.entries({ match: isInjectedBy(status!.fault) })).not.toEqual([]);
  });
});
