import { describe, expect, it } from 'vitest';
import type { Trace, TraceFact } from '../trace/trace.ts';
import { YARDSTICK } from './monitor.ts';
import { ROBUSTNESS_MONITORS } from './robustness.ts';

const REQUEST: TraceFact = {
  kind: 'request',
  exchange: 1,
  method: 'POST',
  target: '/sessions',
  headers: {},
  body: '{}',
};
const ENDPOINT = 'ws://127.0.0.1:4100/ws?token=a';

function answer(status: number, body: object): TraceFact {
  return { kind: 'response', exchange: 1, status, body: JSON.stringify(body) };
}

const CONNECTED: readonly TraceFact[] = [
  answer(200, { endpoint: ENDPOINT }),
  { kind: 'attempt', link: 1, url: ENDPOINT },
  { kind: 'open', link: 1 },
  { kind: 'told', link: 1, raw: '{"action":"OK"}', binary: false, action: 'OK' },
];
const TAKEN_OVER: TraceFact = {
  kind: 'told',
  link: 1,
  raw: '{"action":"TAKE_OVER"}',
  binary: false,
  action: 'TAKE_OVER',
};

/** Whether a client counts as alive that ended with a code after these events. */
function survives(code: number | null, driven: boolean, ...facts: TraceFact[]): boolean {
  const all = [REQUEST, ...facts, { kind: 'exited', code } as const];
  const events = all.map((fact, at) => ({ ...fact, at }));
  const trace: Trace = { events, end: events.length, driven };
  const monitor = ROBUSTNESS_MONITORS.find(({ rule }) => rule === 'client/robustness/survives')!;
  return monitor.check(trace, YARDSTICK).violations.length === 0;
}

describe('client/robustness/survives', () => {
  it('lets a client without a driver end when there is nothing left to play', () => {
    expect(survives(1, false)).toBe(true);
    expect(survives(1, false, answer(503, {}))).toBe(true);
    expect(survives(1, false, answer(403, { code: 'LimitExceeded', message: 'No.' }))).toBe(true);
    expect(survives(0, false, answer(200, { status: 'disabled' }))).toBe(true);
    expect(survives(0, false, ...CONNECTED, TAKEN_OVER)).toBe(true);
  });

  it('takes any other end for a crash', () => {
    expect(survives(0, false, ...CONNECTED)).toBe(false);
    expect(survives(1, false, answer(200, { status: 'disabled' }))).toBe(false);
    expect(survives(null, false, ...CONNECTED, TAKEN_OVER)).toBe(false);
    expect(survives(0, true, ...CONNECTED, TAKEN_OVER)).toBe(false);
    expect(survives(1, true, answer(503, {}))).toBe(false);
  });
});
