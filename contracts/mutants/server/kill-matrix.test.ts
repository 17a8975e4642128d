import { describe, expect, it } from 'vitest';
import { SERVER_RULES } from '../../../protocol/rules/catalogue.ts';
import { SERVER_MUTANTS } from './catalogue.ts';
import { judgeServerMutant } from './kill-matrix.ts';

/** One of each family here; `npm run mutants` judges them all. */
const FAST = [
  'signature-unchecked',
  'one-too-many',
  'silent-takeover',
  'no-terminate',
  'finish-ends-all',
  'expired-only-once',
];

describe('the faulty servers', () => {
  it('break every rule at least once, and no rule that does not exist', () => {
    const broken = new Set(SERVER_MUTANTS.map(({ breaks }) => breaks));
    expect([...broken].toSorted()).toEqual(SERVER_RULES.map(({ id }) => id).toSorted());
  });

  it('have names of their own', () => {
    const names = SERVER_MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(FAST)('%s is found by the rule that it breaks', async (name) => {
    const mutant = SERVER_MUTANTS.find((candidate) => candidate.name === name)!;
    const { killed, failed } = await judgeServerMutant(mutant, { seed: 1, runs: 0 });
    expect({ killed, failed }).toMatchObject({
      killed: true,
      failed: expect.arrayContaining([mutant.breaks]),
    });
  });

  it('shows a failure that its replay token reproduces by itself', async () => {
    const mutant = SERVER_MUTANTS.find(({ name }) => name === 'silent-second-takeover')!;
    const first = await judgeServerMutant(mutant, { seed: 1, runs: 0 });
    const [failure] = first.result.rules.find(({ id }) => id === mutant.breaks)!.failures;
    const { parseReplayToken } = await import('../../generate/replay-token.ts');
    const replay = parseReplayToken(failure!.replay!.token);
    const again = await judgeServerMutant(mutant, { seed: 99, replay });
    expect(again.failed).toEqual([mutant.breaks]);
    expect(failure!.steps.length).toBeLessThanOrEqual(8);
  });
});
