import { describe, expect, it } from 'vitest';
import { initialStep, SESSION_STATES, SESSION_TRANSITIONS, stepSession } from './session-table.ts';

describe('the session chart, compiled to a table', () => {
  it('starts pending, with a deadline', () => {
    expect(initialStep).toEqual({
      next: 'pending.quiet',
      effects: [{ type: 'startTimer', timer: 'pendingTimeout' }],
    });
  });

  it('reaches every state and leaves no state but the end without a way out', () => {
    const reached = new Set([initialStep.next, ...SESSION_TRANSITIONS.map(({ next }) => next)]);
    expect([...reached].sort()).toEqual([...SESSION_STATES].sort());
    const left = new Set(
      SESSION_TRANSITIONS.filter(({ from, next }) => from !== next).map(({ from }) => from),
    );
    expect(SESSION_STATES.filter((state) => !left.has(state))).toEqual(['ended']);
  });

  it('grants only upon REQUESTED', () => {
    const granting = SESSION_TRANSITIONS.filter(({ effects }) =>
      effects.some((effect) => effect.type === 'send' && effect.action === 'OK'),
    );
    expect(new Set(granting.map(({ input }) => input))).toEqual(new Set(['REQUESTED', 'REQUESTED_AGAIN']));
  });

  it('cancels the deadline whenever a challenge ends', () => {
    const answered = SESSION_TRANSITIONS.filter(
      ({ from, next }) => from.endsWith('.pinged') && !next.endsWith('.pinged'),
    );
    expect(answered.length).toBeGreaterThan(0);
    for (const { effects } of answered) {
      expect(effects).toContainEqual({ type: 'cancelTimer', timer: 'pongTimeout' });
    }
  });

  it('keeps the deadline when further PINGs come or the connection is lost', () => {
    for (const input of ['PING', 'CONNECTION_LOST', 'REQUESTED_AGAIN'] as const) {
      const timers = stepSession('connected.pinged', input).effects.filter(({ type }) =>
        type.endsWith('Timer'),
      );
      expect(timers).toEqual([]);
    }
  });

  it('answers EXPIRED to whoever asks for an ended session, for ever', () => {
    const step = stepSession('ended', 'REQUESTED');
    expect(step.next).toBe('ended');
    expect(step.effects[0]).toEqual({ type: 'send', action: 'EXPIRED', to: 'sender' });
  });

  it('pins the transitions', () => {
    const lines = SESSION_TRANSITIONS.map(({ from, input, next }) => `${from} --${input}--> ${next}`);
    expect(lines.sort()).toMatchSnapshot();
  });
});
