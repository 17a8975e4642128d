import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVER_MUTANTS } from '../../contracts/mutants/server/catalogue.ts';
import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import { EXAMPLE_KEYS, exampleOf } from '../../protocol/rules/examples.ts';

function drisc(...words: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('dist/cli/main.js'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('drisc explain', () => {
  it('gives clause, sentence, source, reason, example and mutants of a rule', () => {
    const { code, out } = drisc('explain', 'client/gate/only-ok-starts');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "client/gate/only-ok-starts  MUST
      takes no other message for OK

      What it asks
        A client MUST NOT start playback upon any other message than \`OK\`.
        PROTOCOL.md 5.14, in the rule set since 2026-11

      Where it is from
        [D] Stated in the vendor’s public documentation.
        Configure Session Control https://developers.cleeng.com/docs/integration-guide-1

      Why it matters
        A PING to a waiting client opens the gate by accident.

      ✓ Right
        → REQUESTED
        ← PING
        → PONG
        app: still waits

      ✗ Wrong
        → REQUESTED
        ← PING
        app: plays

      Faults that it finds
        plays-on-ping              takes a PING for permission to play
        reads-ok-anyhow            takes any message with the letters ok in it for OK
        See one: drisc mutant client plays-on-ping
      "
    `);
  });

  it('names every mutant that a rule kills, and links every source', () => {
    const { out } = drisc('explain', 'server/takeover/tell-victim');
    for (const { name, breaks } of SERVER_MUTANTS) {
      expect(out.includes(`  ${name} `)).toBe(breaks === 'server/takeover/tell-victim');
    }
    expect(out).toContain('https://developers.cleeng.com/docs/');
  });

  it('names the nearest rule on a typo', () => {
    expect(drisc('explain', 'client/gate/only-ok-start')).toEqual({
      code: 2,
      out: '',
      err: 'error: there is no rule "client/gate/only-ok-start"; did you mean client/gate/only-ok-starts?\n',
    });
  });

  it('has an example for every rule, whose two sides differ, and none for what is no rule', () => {
    const missing = ALL_RULES.filter((rule) => {
      const example = exampleOf(rule);
      return !example || example.right.join('\n') === example.wrong.join('\n');
    });
    expect(missing.map(({ id }) => id)).toEqual([]);
    const known = new Set(ALL_RULES.flatMap(({ id, side, section }) => [id, `${side}/${section}`]));
    expect(EXAMPLE_KEYS.filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('drisc list rules', () => {
  it('lists what matches a pattern, and says what there is where nothing does', () => {
    const ids = drisc('list', 'rules', 'server/finish/*', '--names').out.trim().split('\n');
    expect(ids).toEqual(ALL_RULES.map(({ id }) => id).filter((id) => id.startsWith('server/finish/')));
    expect(drisc('list', 'rules').out).toContain(`${ALL_RULES.length} of ${ALL_RULES.length} rules`);
    expect(drisc('list', 'rules', 'sever/**')).toMatchObject({
      code: 2,
      err: expect.stringContaining('server/limit/*'),
    });
  });
});
