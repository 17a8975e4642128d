import { describe, expect, it } from 'vitest';
import type { TranscriptEntry } from '../../reports/result.ts';
import { longestAnswer } from './tempo.ts';

const entry = (
  at: number,
  device: string,
  kind: TranscriptEntry['kind'],
  label: string,
): TranscriptEntry => ({
  at,
  device,
  kind,
  direction: kind === 'response' || ['OK', 'EXPIRED', 'PING', 'TAKE_OVER'].includes(label) ? 'in' : 'out',
  label,
});

describe('the longest answer of a conversation', () => {
  it('is that to a request or to REQUESTED, each on its own device', () => {
    const entries = [
      entry(0, 'tv', 'request', 'POST /sessions'),
      entry(10, 'phone', 'frame', 'REQUESTED'),
      entry(30, 'tv', 'response', '200'),
      entry(70, 'tv', 'frame', 'REQUESTED'),
      entry(90, 'phone', 'frame', 'OK'),
      entry(95, 'tv', 'frame', 'EXPIRED'),
    ];
    expect(longestAnswer(entries)).toBe(80);
  });

  it('counts no time in which nobody was asked', () => {
    const entries = [
      entry(0, 'tv', 'frame', 'REQUESTED'),
      entry(5, 'tv', 'frame', 'OK'),
      entry(900, 'tv', 'frame', 'PING'),
      entry(1900, 'tv', 'frame', 'TAKE_OVER'),
      entry(2900, 'tv', 'frame', 'OK'),
    ];
    expect(longestAnswer(entries)).toBe(5);
    expect(longestAnswer([])).toBe(0);
  });
});
