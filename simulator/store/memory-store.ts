import { emptyPool } from '../../protocol/model/pool.ts';
import type { PoolState } from '../../protocol/model/pool.ts';
import { isInScope } from './pool-store.ts';
import type { PoolKey, PoolScope, PoolStore } from './pool-store.ts';

type Pools = Map<string, { key: PoolKey; pool: PoolState }>;

/** Keeps pools in this process. A pool without sessions takes no room. */
export function createMemoryStore(): PoolStore {
  // By customer first: a takeover looks through one customer's pools, however many customers there are.
  const customers = new Map<string, Pools>();

  function* poolsIn(scope: PoolScope): Generator<{ key: PoolKey; pool: PoolState }> {
    const { publisherId, customerId } = scope;
    const groups =
      publisherId !== undefined && customerId !== undefined
        ? [customers.get(nameCustomer({ publisherId, customerId })) ?? new Map()]
        : customers.values();
    for (const pools of groups) {
      for (const held of pools.values()) if (isInScope(held.key, scope)) yield held;
    }
  }

  function write(key: PoolKey, pool: PoolState): void {
    const name = nameCustomer(key);
    const pools: Pools = customers.get(name) ?? new Map();
    if (pool.sessions.length > 0) pools.set(key.offerId, { key, pool });
    else pools.delete(key.offerId);
    if (pools.size > 0) customers.set(name, pools);
    else customers.delete(name);
  }

  const read = (key: PoolKey): PoolState =>
    customers.get(nameCustomer(key))?.get(key.offerId)?.pool ?? emptyPool;

  return {
    // No `await` before the write: that is what makes the step atomic in one process.
    async update(key, step) {
      const before = read(key);
      const [after, result] = step(before);
      if (after !== before) write(key, after);
      return result;
    },
    async updatePair(first, second, step) {
      const [nextFirst, nextSecond, result] = step(read(first), read(second));
      write(first, nextFirst);
      write(second, nextSecond);
      return result;
    },
    async list(scope = {}) {
      return [...poolsIn(scope)];
    },
    async clear(scope = {}) {
      const keys = Array.from(poolsIn(scope), ({ key }) => key);
      for (const key of keys) write(key, emptyPool);
    },
  };
}

function nameCustomer({ publisherId, customerId }: { publisherId: string; customerId: string }): string {
  return JSON.stringify([publisherId, customerId]);
}
