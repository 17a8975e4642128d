import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_RULES } from './all-rules.ts';

const protocol = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');

/** The requirement of that number, to the end of its paragraph. */
function clauseOf(number: string): string {
  const [, clause] = protocol.split(`**${number}** `);
  return clause?.split('\n\n')[0] ?? '';
}

describe('every rule', () => {
  it.each(ALL_RULES)('$id has the level and the mark of its requirement', ({ clause, level, mark, text }) => {
    const requirement = clauseOf(clause);
    expect(requirement).toContain(`[${mark}]`);
    expect(requirement).toMatch(new RegExp(`\\b${level}\\b`));
    expect(text).toMatch(new RegExp(`\\b${level}\\b`));
  });

  it('that is documented or seen names a source, and no other does', () => {
    const sourced = ALL_RULES.filter(({ sources }) => sources.length > 0).map(({ id }) => id);
    const documented = ALL_RULES.filter(({ mark }) => mark === 'D').map(({ id }) => id);
    expect(documented.filter((id) => !sourced.includes(id))).toEqual([]);
    const assumed = ALL_RULES.filter(({ mark }) => mark === 'A').map(({ id }) => id);
    expect(assumed.filter((id) => sourced.includes(id))).toEqual([]);
  });
});
