import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ALL_RULES } from '../protocol/rules/all-rules.ts';

const CLAUSES = new Map(ALL_RULES.map(({ id, clause }) => [id, clause]));

/** Comments such as `// 4.6: The server MUST …` that stand right above the rule they speak of. */
function quotesIn(file: string): { quoted: string; rule: string }[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return [...text.matchAll(/\/\/ (\d+\.\d+)[^\n]*\n(?:\s*\/\/[^\n]*\n)*\s*rule: '([^']+)'/g)].map(
    ([, quoted = '', rule = '']) => ({ quoted, rule }),
  );
}

it('the number above a check is that of its rule', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const quotes = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => quotesIn(file).map((quote) => ({ file, ...quote })));
  expect(quotes.length).toBeGreaterThan(50);
  expect(quotes.filter(({ quoted, rule }) => CLAUSES.get(rule) !== quoted)).toEqual([]);
});
