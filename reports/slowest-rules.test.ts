import { expect, it } from 'vitest';
import { conformingServer } from './fixtures.ts';
import { slowestRules } from './slowest-rules.ts';
import { renderTerminal } from './terminal.ts';

const [first] = conformingServer().rules;
const rule = (id: string, exercised: number, duration: number) => ({ ...first!, id, exercised, duration });
const RULES = [
  rule('client/gate/often', 90, 90_000),
  rule('client/recovery/rarely', 2, 19_000),
  rule('client/finish/never', 0, 0),
  rule('client/liveness/once', 1, 4_000),
];

it('names the rules that only long cases serve, not those that every case serves', () => {
  expect(slowestRules(RULES, 2).map(({ rule: { id }, each }) => [id, each])).toEqual([
    ['client/recovery/rarely', 9_500],
    ['client/liveness/once', 4_000],
  ]);
});

it('stands in the summary of a client', () => {
  const text = renderTerminal({ ...conformingServer(), kind: 'client', rules: RULES });
  expect(text).toContain(
    'slowest: client/recovery/rarely (9.5 s a case), client/liveness/once (4.0 s a case), ',
  );
  expect(renderTerminal(conformingServer())).not.toContain('slowest');
});
