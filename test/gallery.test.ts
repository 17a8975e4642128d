import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_RULES } from '../protocol/rules/all-rules.ts';

const FOLDER = 'docs/gallery';
const guide = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const rows = [...guide.matchAll(/^\| \[([\w-]+\.html)\]\(\1\) .*\| `([^`]+)` +\|$/gm)].map(
  ([, page, rule]) => [page!, rule!] as const,
);

describe('the gallery', () => {
  it('has the pages that its guide names, each by a rule that there is', () => {
    const pages = readdirSync(FOLDER).filter((name) => name.endsWith('.html'));
    expect(rows.map(([page]) => page).toSorted()).toEqual(pages.toSorted());
    expect(rows).toHaveLength(5);
    const ids = new Set(ALL_RULES.map(({ id }) => id));
    expect(rows.filter(([, rule]) => !ids.has(rule))).toEqual([]);
  });

  it.each(rows)('%s shows %s broken, asks nothing of the network, and has no token in it', (page, rule) => {
    const html = readFileSync(join(FOLDER, page), 'utf8');
    expect(html).toContain(rule);
    expect(html).toMatch(/does not conform/);
    expect(html).not.toMatch(
      /<(?:img|script|iframe)[^>]+src=|<link[^>]+href="(?!data:)|@import|url\(\s*['"]?https?:/i,
    );
    expect(html).not.toMatch(/token=eyJ|eyJ[\w-]{20,}\.eyJ/);
  });
});
