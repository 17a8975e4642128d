import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../settings.ts';
import { emptyPool, stepPool, stepTakeoverAcross } from './pool.ts';
import type { PoolEffect, PoolInput, PoolPolicy, PoolState } from './pool.ts';

const policy: PoolPolicy = { enabled: true, takeoverEnabled: true, limit: 2, settings: resolveSettings() };

/** Steps a pool through several inputs; gives the last state and the effects of the last input. */
function play(inputs: PoolInput[], options: Partial<PoolPolicy> = {}): [PoolState, readonly PoolEffect[]] {
  return inputs.reduce<[PoolState, readonly PoolEffect[]]>(
    ([pool], input) => [...stepPool(pool, input, { ...policy, ...options })] as [PoolState, PoolEffect[]],
    [emptyPool, []],
  );
}

const create = (session: string): PoolInput => ({ type: 'create', session, name: `name of ${session}` });
const requested = (session: string, connection: string): PoolInput => ({
  type: 'frame',
  session,
  connection,
  action: 'REQUESTED',
});
const sent = (effects: readonly PoolEffect[]): string[] =>
  effects.flatMap((effect) =>
    effect.type === 'send' ? [`${effect.connection} ${effect.message.action}`] : [],
  );
const admission = (effects: readonly PoolEffect[]) =>
  effects.find((effect) => effect.type === 'reply')?.admission;

describe('a pool', () => {
  it('grants up to its limit and then lists exactly its sessions, oldest first', () => {
    const [pool, effects] = play([create('a'), create('b'), create('c')]);
    expect(pool.sessions.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(admission(effects)).toEqual({
      kind: 'limit-reached',
      takeOverEnabled: true,
      activeSessions: [
        { sessionId: 'a', name: 'name of a' },
        { sessionId: 'b', name: 'name of b' },
      ],
    });
  });

  it('PINGs the connected sessions upon a create, but not pending ones nor the new one', () => {
    const [, effects] = play([create('a'), requested('a', 'a1'), create('b'), create('c')], { limit: 3 });
    expect(sent(effects)).toEqual(['a1 PING']);
  });

  it('challenges a lost session without sending anything', () => {
    const [pool, effects] = play([
      create('a'),
      requested('a', 'a1'),
      { type: 'disconnected', session: 'a', connection: 'a1' },
      create('b'),
    ]);
    expect(pool.sessions[0]?.state).toBe('lost.pinged');
    expect(sent(effects)).toEqual([]);
    expect(effects).toContainEqual({ type: 'startTimer', session: 'a', timer: 'pongTimeout', delay: 5000 });
  });

  it('terminates the old connection before it grants the new one, and is deaf to the old one', () => {
    const inputs = [create('a'), requested('a', 'a1'), requested('a', 'a2')];
    const [, effects] = play(inputs);
    expect(sent(effects)).toEqual(['a1 TERMINATE', 'a2 OK']);
    const [pool] = play([...inputs, { type: 'frame', session: 'a', connection: 'a1', action: 'FINISHED' }]);
    expect(pool.sessions).toHaveLength(1);
  });

  it('tells the victim the name of the new session, then closes it, and keeps the count', () => {
    const [pool, effects] = play([
      create('a'),
      requested('a', 'a1'),
      { type: 'takeover', session: 'b', name: 'Kitchen', victim: 'a' },
    ]);
    expect(pool.sessions.map(({ id }) => id)).toEqual(['b']);
    const send = effects.findIndex((effect) => effect.type === 'send');
    expect(effects[send]).toMatchObject({
      connection: 'a1',
      message: { action: 'TAKE_OVER', sessionName: 'Kitchen' },
    });
    expect(effects[send + 1]).toMatchObject({ type: 'close', connection: 'a1', because: 'taken-over' });
  });

  it('refuses to take over what does not exist, and says when takeover is off', () => {
    const takeover: PoolInput = { type: 'takeover', session: 'b', name: '', victim: 'x' };
    expect(admission(play([takeover])[1])).toEqual({ kind: 'unknown-session' });
    expect(admission(play([takeover], { takeoverEnabled: false })[1])).toEqual({ kind: 'takeover-disabled' });
    expect(admission(play([takeover], { enabled: false })[1])).toEqual({ kind: 'disabled' });
  });

  it('deletes a session whose deadline passes and closes its connection without a word', () => {
    const [pool, effects] = play([
      create('a'),
      requested('a', 'a1'),
      { type: 'ping' },
      { type: 'timer', session: 'a', timer: 'pongTimeout' },
    ]);
    expect(pool.sessions).toEqual([]);
    expect(sent(effects)).toEqual([]);
    expect(effects).toContainEqual({ type: 'close', session: 'a', connection: 'a1', because: 'missed-pong' });
  });

  it('creates nothing while DRISC is off', () => {
    const [pool, effects] = play([create('a')], { enabled: false });
    expect(pool).toBe(emptyPool);
    expect(effects).toEqual([{ type: 'reply', admission: { kind: 'disabled' } }]);
  });
});

describe('a takeover across two pools', () => {
  const [victims] = play([create('a'), requested('a', 'a1')]);
  const takeover = { session: 'n', name: 'new', victim: 'a' };

  it('moves the session when the target has a slot', () => {
    const step = stepTakeoverAcross(emptyPool, victims, takeover, policy);
    expect(step.victims.sessions).toEqual([]);
    expect(step.target.sessions.map(({ id }) => id)).toEqual(['n']);
    expect(sent(step.victimEffects)).toEqual(['a1 TAKE_OVER']);
  });

  it('leaves the victim alone when the target is full', () => {
    const [full] = play([create('x'), create('y')]);
    const step = stepTakeoverAcross(full, victims, takeover, policy);
    expect(step.victims).toBe(victims);
    expect(admission(step.targetEffects)?.kind).toBe('limit-reached');
  });
});
