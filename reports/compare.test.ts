import { expect, it } from 'vitest';
import { compareResults } from './compare.ts';
import { comparisonSentence, renderComparisonMarkdown, renderComparisonText } from './comparison-text.ts';
import { conformingServer, faultyClient, faultyServer, HOSTILE } from './fixtures.ts';
import type { Result } from './result.ts';

function withVerdict(result: Result, index: number, verdict: Result['rules'][number]['verdict']): Result {
  return {
    ...result,
    rules: result.rules.map((rule, at) => (at === index ? { ...rule, verdict, failures: [] } : rule)),
  };
}

function changes(before: Result, after: Result): Record<string, string> {
  const { rules } = compareResults([
    { label: 'before', result: before },
    { label: 'after', result: after },
  ]);
  return Object.fromEntries(
    rules.filter(({ change }) => change !== 'same').map(({ id, change }) => [id, change]),
  );
}

it('tells new, fixed, still failing and newly unobserved apart', () => {
  const before = faultyServer();
  const after = withVerdict(withVerdict(withVerdict(before, 0, 'fail'), 3, 'pass'), 6, 'not-observable');
  expect(changes(before, after)).toEqual({
    'server/auth/refuse-unsigned-token': 'new',
    'server/limit/list-active-sessions': 'fixed',
    'server/ping/missed-pong-frees-slot': 'unobserved',
    'server/reconnect/superseded-is-mute': 'still-failing',
  });
  expect(changes(conformingServer(), conformingServer())).toEqual({});
});

it('takes a failure of a rule that was not there before for new', () => {
  const before = { ...faultyServer(), rules: faultyServer().rules.slice(0, 3) };
  expect(changes(before, faultyServer())['server/limit/list-active-sessions']).toBe('new');
});

it('sets several implementations side by side', () => {
  const comparison = compareResults([
    { label: 'ours', result: conformingServer() },
    { label: `theirs ${HOSTILE}`, result: faultyServer() },
    { label: 'a client', result: faultyClient() },
  ]);
  expect(renderComparisonText(comparison)).toMatchSnapshot('text');
  expect(renderComparisonMarkdown(comparison)).toMatchSnapshot('markdown');
  expect(comparisonSentence(comparison)).toBe(
    '1 new failure, none fixed, none still failing, 9 newly unobserved.',
  );
});

it('needs two', () => {
  expect(() => compareResults([{ label: 'one', result: conformingServer() }])).toThrow(
    'expected two results or more',
  );
});
