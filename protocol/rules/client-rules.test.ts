import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIENT_RULES } from './client-rules.ts';

const protocol = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');

/** A requirement without its links, emphasis and line breaks. */
function readClause(number: string): string {
  const start = protocol.indexOf(`<a id="r-${number}"></a>`);
  expect(start, `PROTOCOL.md has the requirement ${number}`).toBeGreaterThan(-1);
  const end = protocol.indexOf('<a id="r-', start + 1);
  return plain(protocol.slice(start, end));
}

function plain(text: string): string {
  return text
    .replaceAll(/\s*\(\[[\d.]+\]\(#r-[\d.]+\)\)/g, '')
    .replaceAll(/[_*]/g, '')
    .replaceAll(/\s+/g, ' ');
}

describe('the catalogue of client rules', () => {
  it.each(CLIENT_RULES.map((rule) => [rule.id, rule] as const))('%s quotes PROTOCOL.md', (_, rule) => {
    const clause = readClause(rule.clause);
    const sentence = plain(rule.text);
    // A rule about half of a requirement names its subject again.
    expect(
      clause.includes(sentence) ||
        clause.includes(sentence.replace(/^After `FINISHED` a client/, 'a client')),
    ).toBe(true);
    expect(clause).toContain(`[${rule.mark}]`);
    for (const source of rule.sources) expect(clause).toContain(source);
  });

  it('names each rule once', () => {
    const ids = CLIENT_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps ids, levels and titles', () => {
    expect(CLIENT_RULES.map(({ id, level, title }) => `${id} ${level}: ${title}`)).toMatchSnapshot();
  });
});
