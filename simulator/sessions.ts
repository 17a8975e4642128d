import type { PoolInput, SessionRecord } from '../protocol/model/pool.ts';
import type { Runtime } from './runtime.ts';
import { SimulatorError } from './simulator-error.ts';
import type { PoolKey, PoolScope, PoolStore } from './store/pool-store.ts';

/** A session record and the pool that it is in. */
export type HeldSession = PoolKey & SessionRecord;

/** The session records, and what can be done to them from outside the protocol. */
export interface Sessions {
  list(scope?: PoolScope): Promise<HeldSession[]>;
  /** @throws {SimulatorError} `UnknownSession` */
  get(sessionId: string): Promise<HeldSession>;
  /** Sends PING and starts the challenge. @throws {SimulatorError} `UnknownSession` */
  ping(sessionId: string): Promise<void>;
  /** Sends TERMINATE and closes; the record stays, lost. @throws {SimulatorError} `UnknownSession` */
  terminate(sessionId: string): Promise<void>;
  /** Forgets the record, sends EXPIRED and closes. @throws {SimulatorError} `UnknownSession` */
  expire(sessionId: string): Promise<void>;
}

export function createSessions(runtime: Runtime, store: PoolStore): Sessions {
  async function list(scope?: PoolScope): Promise<HeldSession[]> {
    const pools = await store.list(scope);
    return pools.flatMap(({ key, pool }) => pool.sessions.map((record) => ({ ...key, ...record })));
  }

  async function get(sessionId: string): Promise<HeldSession> {
    const found = (await list()).find(({ id }) => id === sessionId);
    if (found) return found;
    throw new SimulatorError('UnknownSession', `there is no session ${JSON.stringify(sessionId)}`);
  }

  async function dispatch(sessionId: string, type: 'ping' | 'terminate' | 'expire'): Promise<void> {
    const input: PoolInput = { type, session: sessionId };
    await runtime.dispatch(await get(sessionId), input);
  }

  return {
    list,
    get,
    ping: (sessionId) => dispatch(sessionId, 'ping'),
    terminate: (sessionId) => dispatch(sessionId, 'terminate'),
    expire: (sessionId) => dispatch(sessionId, 'expire'),
  };
}
