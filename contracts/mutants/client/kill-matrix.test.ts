import { describe, expect, it } from 'vitest';
import { CLIENT_RULES } from '../../../protocol/rules/client-rules.ts';
import { decodeSituation } from '../../client/replay.ts';
import { CLIENT_MUTANTS } from './catalogue.ts';
import { judgeClientMutant } from './judge-mutant.ts';

/** What a page in a browser is judged by has its mutants among the pages. */
const PAGE_ONLY = 'client/takeover/shows-names-safely';

describe('the faulty clients', () => {
  it('break every rule at least once, and no rule that does not exist', () => {
    const broken = new Set([...CLIENT_MUTANTS.map(({ breaks }) => breaks), PAGE_ONLY]);
    expect([...broken].toSorted()).toEqual(CLIENT_RULES.map(({ id }) => id).toSorted());
  });

  it('have names of their own', () => {
    const names = CLIENT_MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(CLIENT_MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s is found by the rule that it breaks',
    async (_, mutant) => {
      const { killed, broken } = await judgeClientMutant(mutant);
      expect({ killed, broken }).toMatchObject({ killed: true });
    },
  );

  it('shows a failure that its replay token reproduces by itself', async () => {
    const mutant = CLIENT_MUTANTS.find(({ name }) => name === 'strikes-back')!;
    const first = await judgeClientMutant(mutant);
    const [failure] = first.result.rules.find(({ id }) => id === mutant.breaks)!.failures;
    const again = await judgeClientMutant(mutant, { situations: [decodeSituation(failure!.replay!.token)] });
    expect(again.killed).toBe(true);
    expect(failure!.transcript.some(({ offending }) => offending)).toBe(true);
    expect(failure!.steps).toContain('app: the user presses play');
  });
});
