import { describe, expect, it } from 'vitest';
import { conformingServer, faultyServer, HOSTILE } from './fixtures.ts';
import { applyGate } from './gate.ts';
import type { GateRules } from './gate.ts';
import { parseKnownFailing, suggestKnownFailing } from './known-failing.ts';
import type { Result } from './result.ts';
import { verdictSentence } from './sentence.ts';
import { exitCodeOf } from './verdict.ts';

const BROKEN = [
  'server/limit/list-active-sessions',
  'server/ping/missed-pong-frees-slot',
  'server/reconnect/superseded-is-mute',
];
const known = BROKEN.map((rule) => ({ rule, reason: 'DRISC-12' }));

function gated(
  result: Result,
  rules: Partial<GateRules>,
): { code: number; problems: string[]; result: Result } {
  const held = applyGate(result, { today: '2026-11-22', ...rules });
  const problems = held.gate?.problems.map(({ kind, rule }) => `${kind} ${rule}`) ?? [];
  return { code: exitCodeOf(held, rules), problems, result: held };
}

describe('the gate', () => {
  it('opens where every broken rule is known', () => {
    const { code, problems, result } = gated(faultyServer(), { known });
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(verdictSentence(result)).toBe(
      'The server conforms but for what is excused: 3 of 10 rules are broken, 6 hold, 1 recommendation is not followed, ' +
        '3 are known failures, 1 could not be observed, 1 does not apply.',
    );
  });

  it('stays closed where one is not', () => {
    expect(gated(faultyServer(), { known: known.slice(1) }).code).toBe(1);
  });

  it('stays closed for an entry that does not fail any more', () => {
    const { code, problems, result } = gated(conformingServer(), { known: known.slice(0, 1) });
    expect({ code, problems }).toEqual({ code: 1, problems: [`stale ${BROKEN[0]}`] });
    expect(result.gate?.problems[0]?.message).toMatch(/holds now: take it off the list/);
  });

  it('stays closed for an entry that was not put to the test', () => {
    const entry = { rule: 'server/ping/control-frames-do-not-count', reason: 'x' };
    expect(gated(conformingServer(), { known: [entry] }).problems).toEqual([`stale ${entry.rule}`]);
  });

  it('lets an entry stand where the harness was too slow to tell', () => {
    const entry = { rule: 'server/limit/answer-at-once', reason: 'x' };
    expect(gated(conformingServer(), { known: [entry] })).toMatchObject({ code: 0, problems: [] });
  });

  it.each([
    ['2026-11-21', 1, [`expired ${BROKEN[0]}`]],
    ['2026-11-22', 0, []],
  ])('excuses through the day %s or not', (expires, code, problems) => {
    const [first, ...rest] = known;
    expect(gated(faultyServer(), { known: [{ ...first!, expires }, ...rest] })).toMatchObject({
      code,
      problems,
    });
  });

  it('names the nearest rule for an unknown one', () => {
    const entry = { rule: 'server/limit/list-active-session', reason: 'x' };
    const { code, result } = gated(conformingServer(), { known: [entry] });
    expect(code).toBe(1);
    expect(result.gate?.problems[0]?.message).toMatch(/Did you mean server\/limit\/list-active-sessions\?$/);
  });

  it('does not miss a rule that this run left out', () => {
    const catalogue = [...conformingServer().rules.map(({ id }) => id), 'server/other'];
    const entry = { rule: 'server/other', reason: 'x' };
    expect(gated(conformingServer(), { known: [entry], catalogue })).toMatchObject({ code: 0, problems: [] });
  });

  it('requires rules to be observed, and the pattern to mean something', () => {
    expect(gated(conformingServer(), { requireObserved: ['server/ping/**'] })).toMatchObject({
      code: 1,
      problems: ['unobserved server/ping/control-frames-do-not-count'],
    });
    expect(gated(conformingServer(), { requireObserved: ['server/auth/*'] })).toMatchObject({
      code: 0,
      problems: [],
    });
    expect(gated(conformingServer(), { requireObserved: ['servr/**'] }).problems).toEqual([
      'unknown servr/**',
    ]);
  });

  it('does not turn red for a rule that is newer than the rule set', () => {
    const scored = new Set(
      faultyServer()
        .rules.map(({ id }) => id)
        .filter((id) => !BROKEN.includes(id)),
    );
    const { code, result } = gated(faultyServer(), { scored });
    expect(code).toBe(0);
    expect(verdictSentence(result)).toContain('3 newer rules are not scored');
  });

  it('requires nothing of a rule that is newer than the rule set', () => {
    const id = 'server/ping/control-frames-do-not-count';
    const ids = conformingServer().rules.map((rule) => rule.id);
    const required = { requireObserved: ['server/ping/**'] };
    const scored = new Set(ids.filter((one) => one !== id));
    expect(gated(conformingServer(), { ...required, scored })).toMatchObject({ code: 0, problems: [] });
    // What belongs to the rule set and was left out of the run is required all the same.
    const left = 'server/ping/left-out';
    const problems = [`unobserved ${left}`];
    expect(
      gated(conformingServer(), {
        ...required,
        catalogue: [...ids, left],
        scored: new Set([...scored, left]),
      }),
    ).toMatchObject({ code: 1, problems });
  });

  it('takes a SHOULD for known only where it fails the run', () => {
    const entry = { rule: 'server/limit/answer-at-once', reason: 'slow' };
    expect(gated(faultyServer(), { known: [...known, entry] }).problems).toEqual([`stale ${entry.rule}`]);
    expect(gated(faultyServer(), { known: [...known, entry], failOn: 'should' })).toMatchObject({
      code: 0,
      problems: [],
    });
  });
});

describe('the file of known failures', () => {
  it('is suggested ready to paste', () => {
    const suggestion = suggestKnownFailing(faultyServer());
    const entries = parseKnownFailing(suggestion, 'known.yaml');
    expect(entries.map(({ rule }) => rule)).toEqual(BROKEN);
    expect(gated(faultyServer(), { known: entries }).code).toBe(0);
    expect(suggestKnownFailing(conformingServer())).toBe('');
  });

  it('carries hostile texts through', () => {
    const result = faultyServer();
    result.rules[3]!.failures[0]!.message = HOSTILE;
    const [entry] = parseKnownFailing(suggestKnownFailing(result), 'known.yaml');
    expect(entry?.reason).toContain('</script>');
  });

  it.each([
    ['- rule: a\n', /^known\.yaml:1:3: 0\.reason: expected a reason/],
    ['- rule: a\n  reason: " "\n', /^known\.yaml:2:11: 0\.reason: the reason is empty/],
    [
      '- rule: a\n  reason: x\n  expires: soon\n',
      /^known\.yaml:3:12: 0\.expires: expected a day such as 2027-01-31/,
    ],
    ['- rule: a\n  reason: x\n  link: nowhere\n', /^known\.yaml:3:9: 0\.link: expected a URL/],
    ['- rule: a\n  reason: x\n  resaon: y\n', /^known\.yaml:1:3: 0: Unrecognized key: "resaon"/],
    ['rule: a\n', /^known\.yaml:1:1: expected a list of entries/],
    ['- rule: a\n  reason: x\n- rule: a\n  reason: y\n', /^known\.yaml:3:3: a is listed twice/],
    ['- rule: [a\n', /^known\.yaml:\d+:\d+: /],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseKnownFailing(text, 'known.yaml')).toThrow(message);
  });

  it('may be empty', () => {
    expect(parseKnownFailing('', 'known.yaml')).toEqual([]);
    expect(parseKnownFailing('# none\n', 'known.yaml')).toEqual([]);
  });
});
