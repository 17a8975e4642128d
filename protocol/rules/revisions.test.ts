import { describe, expect, it } from 'vitest';
import { ALL_RULES } from './all-rules.ts';
import { FIRST_REVISION, RULES_REVISION } from './rule.ts';

const newer = ALL_RULES.filter(({ since }) => since !== FIRST_REVISION);

describe('the revisions of the rule set', () => {
  it('are frozen: what a run is held to by --rules-revision does not change', () => {
    expect(ALL_RULES).toHaveLength(146 + newer.length);
    expect(newer.map(({ since, id, level }) => `${since} ${level} ${id}`)).toMatchInlineSnapshot(`
      [
        "2026-12 SHOULD client/request/asks-on-play",
        "2026-12 SHOULD client/request/no-blind-repeat",
        "2026-12 SHOULD client/request/bounded-repeats",
        "2026-12 SHOULD client/request/one-of-several-grants",
        "2026-12 SHOULD client/gate/disabled-with-endpoint",
        "2026-12 SHOULD client/recovery/refusal-is-failure",
      ]
    `);
  });

  it('turn no gate red that was green: what is judged later is a SHOULD where the sources are silent', () => {
    const strict = newer.filter(({ level, mark }) => level === 'MUST' && mark === 'A');
    expect(strict.map(({ id }) => id)).toEqual([]);
  });

  it('come one after the other, up to the present one', () => {
    const revisions = [...new Set(ALL_RULES.map(({ since }) => since))];
    expect(revisions.toSorted().at(-1)).toBe(RULES_REVISION);
    expect(revisions.filter((revision) => revision < FIRST_REVISION)).toEqual([]);
  });
});
