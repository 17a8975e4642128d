import { describe, expect, it } from 'vitest';
import { findDrifts, formatDrift } from './drift.ts';
import type { Heard } from './drift.ts';

function heard(step: number, device: string, label: string): Heard {
  return { step, device, label };
}

const RECORDING = [
  heard(1, 'phone', '200'),
  heard(2, 'phone', 'OK'),
  heard(3, 'tv', '403'),
  heard(3, 'phone', 'PING'),
];

describe('a drift', () => {
  it('is none where devices hear the same, whoever hears first', () => {
    expect(findDrifts(RECORDING, [RECORDING[0]!, RECORDING[1]!, RECORDING[3]!, RECORDING[2]!])).toEqual([]);
  });

  it('is found for each device, at its first difference, the earliest step first', () => {
    const came = [
      heard(1, 'phone', '200'),
      heard(2, 'phone', 'EXPIRED'),
      heard(3, 'tv', '200'),
      heard(3, 'phone', 'OK'),
    ];
    expect(findDrifts(RECORDING, came).map(formatDrift)).toEqual([
      'step 2, phone: the server answered otherwise than in the recording: EXPIRED instead of OK',
      'step 3, tv: the server answered otherwise than in the recording: 200 instead of 403',
    ]);
  });

  it('is found where the recording has more, and where it has less', () => {
    const came = [heard(1, 'phone', '200'), heard(2, 'phone', 'OK'), heard(3, 'tv', '403')];
    expect(findDrifts(RECORDING, came).map(formatDrift)).toEqual([
      'step 3, phone: the server did not answer as in the recording: no PING',
    ]);
    expect(findDrifts(came, RECORDING).map(formatDrift)).toEqual([
      'step 3, phone: the server answered otherwise than in the recording: PING, where the recording ends',
    ]);
  });
});
