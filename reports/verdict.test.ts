import { describe, expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import type { Result, RuleResult } from './result.ts';
import { resultSchema } from './result.ts';
import { verdictSentence } from './sentence.ts';
import { exitCodeOf, overallVerdict } from './verdict.ts';
import type { OverallVerdict } from './verdict.ts';

function only(verdicts: Partial<RuleResult>[], overrides: Partial<Result> = {}): Result {
  const result = conformingServer();
  const [template] = result.rules;
  return { ...result, rules: verdicts.map((entry) => ({ ...template!, ...entry })), ...overrides };
}

describe('the overall verdict', () => {
  const rows: [situation: string, result: Result, OverallVerdict, must: number, should: number][] = [
    ['every rule holds', only([{ verdict: 'pass' }]), 'conforms', 0, 0],
    ['a MUST is broken', only([{ verdict: 'pass' }, { verdict: 'fail' }]), 'does-not-conform', 1, 1],
    ['a SHOULD is not followed', only([{ verdict: 'warn' }]), 'conforms', 0, 1],
    ['nothing was run', only([]), 'nothing-exercised', 3, 3],
    ['nothing could be observed', only([{ verdict: 'not-observable' }]), 'nothing-exercised', 3, 3],
    ['nothing applies', only([{ verdict: 'not-applicable' }]), 'nothing-exercised', 3, 3],
    ['everything is inconclusive', only([{ verdict: 'inconclusive' }]), 'nothing-exercised', 3, 3],
    [
      'only what is newer than the rule set was exercised',
      only([{ verdict: 'warn', scored: false }]),
      'nothing-exercised',
      3,
      3,
    ],
    ['a pass has no case behind it', only([{ verdict: 'pass', exercised: 0 }]), 'nothing-exercised', 3, 3],
    ['the harness failed', only([{ verdict: 'pass' }, { verdict: 'error' }]), 'error', 4, 4],
    ['it broke off', only([{ verdict: 'pass' }], { complete: false }), 'interrupted', 3, 3],
    [
      'it broke off after a failure',
      only([{ verdict: 'fail' }], { complete: false }),
      'does-not-conform',
      1,
      1,
    ],
    [
      'the harness failed after a failure',
      only([{ verdict: 'fail' }, { verdict: 'error' }]),
      'does-not-conform',
      1,
      1,
    ],
  ];
  it.each(rows)('%s', (_, result, verdict, must, should) => {
    expect(overallVerdict(result)).toBe(verdict);
    expect(exitCodeOf(result)).toBe(must);
    expect(exitCodeOf(result, { failOn: 'should' })).toBe(should);
  });

  it('says each verdict in one sentence', () => {
    expect(rows.map(([situation, result]) => `${situation}: ${verdictSentence(result)}`)).toMatchSnapshot();
    expect(verdictSentence(faultyServer())).toBe(
      'The server does not conform: 3 of 10 rules are broken, 6 hold, 1 recommendation is not followed, ' +
        '1 could not be observed, 1 does not apply.',
    );
  });
});

it('accepts the samples as results', () => {
  for (const sample of [conformingServer(), faultyServer(), faultyClient()]) {
    expect(resultSchema.parse(sample)).toEqual(sample);
  }
});
