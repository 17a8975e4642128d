import { expect, it } from 'vitest';
import type { BrokenRule } from '../contracts/recording/live-judge.ts';
import { watchJudge } from './watch-judge.ts';

it('goes on where the judge stumbles, and says so once', async () => {
  const ended = new AbortController();
  const faults: string[] = [];
  const found: unknown[] = [];
  const broken = { device: 'Sofa', message: 'found after all' } as BrokenRule;
  let looks = 0;
  const look = (): BrokenRule[] => {
    looks += 1;
    if (looks <= 2) throw new TypeError('no "such" thing\n🎬');
    ended.abort();
    return [broken];
  };
  const listener = {
    onFault: (message: string) => void faults.push(message),
    onBroken: (one: BrokenRule) => void found.push(one),
  };
  await watchJudge({ look }, listener, ended.signal);
  expect(faults).toEqual(['TypeError: no "such" thing\n🎬']);
  expect(found).toEqual([broken]);
});
