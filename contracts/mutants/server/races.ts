import { setTimeout } from 'node:timers/promises';
import type { PoolState } from '../../../protocol/model/pool.ts';
import { createMemoryStore } from '../../../simulator/store/memory-store.ts';
import type { PoolStore } from '../../../simulator/store/pool-store.ts';
import type { ServerMutant } from './mutant.ts';

/** How long the door stands open between reading a pool and writing it, in milliseconds. */
const RACE = 10;

/** A store that forgets to read, step and write as one, for the updates that `isRacy` picks. */
function racyStore(isRacy: (before: PoolState, after: PoolState) => boolean): PoolStore {
  const store = createMemoryStore();
  return {
    ...store,
    async update(key, step) {
      const before = await store.update(key, (pool) => [pool, pool]);
      const [after, result] = step(before);
      if (!isRacy(before, after)) return store.update(key, step);
      await setTimeout(RACE);
      // Whatever others have written meanwhile is lost.
      return store.update(key, () => [after, result]);
    },
  };
}

const grows = (before: PoolState, after: PoolState): boolean =>
  after.sessions.length > before.sessions.length;
const shrinks = (before: PoolState, after: PoolState): boolean =>
  after.sessions.length < before.sessions.length;
const swaps = (before: PoolState, after: PoolState): boolean =>
  after.sessions.length === before.sessions.length &&
  after.sessions.some(({ id }) => !before.sessions.some((session) => session.id === id));

export const racyMutants: readonly ServerMutant[] = [
  {
    name: 'racy-create',
    fault: 'Two creates within 10 ms both see the last slot free.',
    breaks: 'server/concurrency/exact-grants',
    store: () => racyStore(grows),
  },
  {
    name: 'racy-takeover',
    fault: 'Two takeovers within 10 ms both find the victim.',
    breaks: 'server/concurrency/one-takeover-wins',
    store: () => racyStore(swaps),
  },
  {
    name: 'racy-finish',
    fault: 'Of two sessions that finish within 10 ms one comes back.',
    breaks: 'server/concurrency/linearizable',
    store: () => racyStore(shrinks),
  },
];
