import { expect, it } from 'vitest';
import { createLifelines } from './lifelines.ts';
import type { Trace, TraceFact } from './trace.ts';
import { writeTranscript } from './transcript.ts';

it('names the connections that a device has open at the same time', () => {
  const lifelines = createLifelines<number>();
  expect([1, 2, 3].map((id) => lifelines.begin('tv', id))).toEqual(['tv', 'tv (2nd)', 'tv (3rd)']);
  expect(lifelines.begin('phone', 4)).toBe('phone');
  lifelines.end(2);
  expect(lifelines.begin('tv', 5)).toBe('tv (2nd)');
  expect([2, 3, 9].map((id) => lifelines.nameOf(id))).toEqual(['tv (2nd)', 'tv (3rd)', undefined]);
  for (let id = 10; id < 19; id += 1) lifelines.begin('tv', id);
  expect([17, 18].map((id) => lifelines.nameOf(id))).toEqual(['tv (11th)', 'tv (12th)']);
});

it('gives two connections of one device that overlap a lifeline each in a transcript, and one to those that do not', () => {
  const facts: TraceFact[] = [
    { kind: 'attempt', link: 1, url: 'ws://a/' },
    { kind: 'open', link: 1 },
    { kind: 'attempt', link: 2, url: 'ws://a/' },
    { kind: 'open', link: 2 },
    { kind: 'said', link: 2, raw: '{}', binary: false, action: 'REQUESTED' },
    { kind: 'told', link: 1, raw: '{}', binary: false, action: 'TERMINATE' },
    { kind: 'close', link: 1, by: 'server', code: 1000 },
    { kind: 'told', link: 2, raw: '{}', binary: false, action: 'OK' },
    { kind: 'attempt', link: 3, url: 'ws://a/' },
    { kind: 'refused', link: 3, status: 401 },
    { kind: 'playback', playing: true },
  ];
  const trace: Trace = { events: facts.map((fact, at) => ({ at, ...fact })), end: 20 };
  expect(writeTranscript(trace, undefined, 'tv').map(({ device, label }) => `${device}: ${label}`)).toEqual([
    'tv: connects (1)',
    'tv: connected (1)',
    'tv (2nd): connects (2)',
    'tv (2nd): connected (2)',
    'tv (2nd): REQUESTED',
    'tv: TERMINATE',
    'tv: close 1000 (1)',
    'tv (2nd): OK',
    'tv: connects (3)',
    'tv: refused with 401 (3)',
    'tv: plays',
  ]);
});
