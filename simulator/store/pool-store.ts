import type { PoolState } from '../../protocol/model/pool.ts';

/** Names a pool: one customer of one publisher, at one offer. */
export interface PoolKey {
  readonly publisherId: string;
  readonly customerId: string;
  readonly offerId: string;
}

/** Whose pools: left-out members mean all. */
export type PoolScope = { readonly [Id in keyof PoolKey]?: string | undefined };

/**
 * Where the pools live. The one operation that matters is `update`: read, step and write as one, so that two steps of
 * a pool never interleave. Memory is the default; a shared store would serve several processes.
 */
export interface PoolStore {
  /** Applies a pure step to a pool and keeps its first result; gives back the second. */
  update<Result>(key: PoolKey, step: (pool: PoolState) => readonly [PoolState, Result]): Promise<Result>;
  /** The same for two different pools at once: both change, or neither. */
  updatePair<Result>(
    first: PoolKey,
    second: PoolKey,
    step: (first: PoolState, second: PoolState) => readonly [PoolState, PoolState, Result],
  ): Promise<Result>;
  /** The pools that have sessions, with their states. */
  list(scope?: PoolScope): Promise<{ key: PoolKey; pool: PoolState }[]>;
  /** Forgets the pools in scope. */
  clear(scope?: PoolScope): Promise<void>;
}

export function isInScope(key: PoolScope, scope: PoolScope = {}): boolean {
  return (['publisherId', 'customerId', 'offerId'] as const).every(
    (member) => scope[member] === undefined || scope[member] === key[member],
  );
}

/** One string for a pool's three ids, whatever characters they have. */
export function formatPoolKey({ publisherId, customerId, offerId }: PoolKey): string {
  return JSON.stringify([publisherId, customerId, offerId]);
}
