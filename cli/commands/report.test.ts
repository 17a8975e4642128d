import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer } from '../../reports/fixtures.ts';
import { REPORT_FORMATS } from '../../reports/formats.ts';
import { renderNdjson } from '../../reports/ndjson.ts';
import { resultSchema } from '../../reports/result.ts';
import type { Result } from '../../reports/result.ts';

const COMMAND = resolve('dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'drisc-report-'));

function drisc(...words: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'report', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, out: stdout, err: stderr };
}

function save(name: string, content: Result | string): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const known = (rule: string, expires = '2999-01-01'): string =>
  `- rule: ${rule}\n  reason: DRISC-12\n  expires: ${expires}\n`;

const BROKEN = [
  'server/limit/list-active-sessions',
  'server/ping/missed-pong-frees-slot',
  'server/reconnect/superseded-is-mute',
];

const UNSEEN = 'client/request/no-blind-repeat';

describe('exit codes', () => {
  const pass = save('pass.json', conformingServer());
  const fail = save('fail.json', faultyServer());
  const warn = save('warn.json', {
    ...faultyServer(),
    rules: faultyServer().rules.filter(({ verdict }) => verdict !== 'fail'),
  });
  const error = save('error.json', {
    ...conformingServer(),
    rules: [{ ...conformingServer().rules[0]!, verdict: 'error' }],
  });
  // The first revision does not have this rule.
  const [held] = conformingServer().rules;
  const newerRule = { ...held!, id: UNSEEN, side: 'client', level: 'SHOULD' } as const;
  const client = { ...conformingServer(), kind: 'client' } as const;
  const newer = save('newer.json', { ...client, rules: [held!, { ...newerRule, verdict: 'warn' }] });
  const unseen = save('unseen.json', {
    ...client,
    rules: [held!, { ...newerRule, verdict: 'not-observable' }],
  });
  const listed = save('listed.yaml', BROKEN.map((rule) => known(rule)).join(''));

  it.each<[situation: string, code: number, words: string[], says: RegExp]>([
    ['it conforms', 0, [pass], /^The server conforms: 9 of 9 rules hold/],
    ['a MUST is broken', 1, [fail], /does not conform: 3 of 10/],
    ['a SHOULD is not followed', 0, [warn], /^The server conforms/m],
    ['a SHOULD is not followed and counts', 1, [warn, '--fail-on', 'should'], /does not conform/],
    ['what is broken is known', 0, [fail, '--known-failing', listed], /3 are known failures/],
    ['an entry is stale', 1, [pass, '--known-failing', listed], /^gate stale server\/limit.*holds now/m],
    [
      'an entry is expired',
      1,
      [fail, '--known-failing', save('expired.yaml', known(BROKEN[0]!, '2020-01-31'))],
      /^gate expired server\/limit\/list-active-sessions was excused until 2020-01-31/m,
    ],
    [
      'an entry names no rule',
      1,
      [pass, '--known-failing', save('typo.yaml', known('server/limit/list-active-sesions'))],
      /^gate unknown .*Did you mean server\/limit\/list-active-sessions\?/m,
    ],
    [
      'a required rule went unobserved',
      1,
      [pass, '--require-observed', 'server/ping/control-frames-do-not-count'],
      /^gate unobserved server\/ping\/control-frames-do-not-count must be observed/m,
    ],
    ['a revision is given that has the rules', 0, [pass, '--rules-revision', '2026-11'], /conforms/],
    [
      'a newer rule is broken, and the run is held to an earlier revision',
      0,
      [newer, '--fail-on', 'should', '--rules-revision', '2026-11'],
      /^The client conforms.*1 newer rule is not scored/m,
    ],
    ['a newer rule is broken, and counts', 1, [newer, '--fail-on', 'should'], /does not conform: 1 of/],
    [
      'a newer rule went unobserved, and the run is held to an earlier revision',
      0,
      [unseen, '--require-observed', UNSEEN, '--rules-revision', '2026-11'],
      /^The client conforms/m,
    ],
    ['a newer rule went unobserved', 1, [unseen, '--require-observed', UNSEEN], /^gate unobserved/m],
    ['nothing was exercised', 3, [save('none.json', { ...conformingServer(), rules: [] })], /^Nothing was/],
    ['the run broke off', 3, [save('cut.json', { ...conformingServer(), complete: false })], /no verdict/],
    ['the harness failed', 4, [error], /^The harness failed/m],
  ])('%s: %i', (_, code, words, says) => {
    const run = drisc(...words, '--quiet');
    expect(run).toMatchObject({ code, err: '' });
    expect(run.out).toMatch(says);
  });

  it.each<[situation: string, words: string[], says: RegExp]>([
    ['an unknown format', [pass, '--report', 'htlm'], /got "htlm"\. Did you mean html\?/],
    ['a file that is not there', ['nowhere.json'], /cannot read nowhere\.json: ENOENT/],
    [
      'a file that is no result',
      [save('no.json', '{"version":2}')],
      /no\.json: expected a result of version 1/,
    ],
    [
      'a wrong file of known failures',
      [pass, '--known-failing', save('wrong.yaml', '- rule: a\n')],
      /wrong\.yaml:1:3/,
    ],
    ['a revision to come', [pass, '--rules-revision', '2999-01'], /update it for newer ones/],
    ['a level that is none', [pass, '--fail-on', 'may'], /Allowed choices are must, should/],
    ['no result', [], /missing required argument/],
    [
      'shards of two kinds',
      ['merge', pass, save('client.json', faultyClient())],
      /of one kind, got "server" and/,
    ],
  ])('%s: 2', (_, words, says) => {
    const run = drisc(...words);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(says);
  });

  it('a report that cannot be written: 3', () => {
    const run = drisc(pass, '--report', `html=${pass}/report.html`);
    expect(run.code).toBe(3);
    expect(run.err).toMatch(/cannot write the report/);
  });
});

it('writes each format to its place, and only what was asked to standard output', () => {
  const file = save('formats.json', faultyServer());
  const words = REPORT_FORMATS.flatMap(({ name }) => ['--report', name]);
  expect(drisc(file, '--out', 'written', ...words).code).toBe(1);
  // Reading puts members into the schema's order.
  const read = resultSchema.parse(faultyServer());
  for (const format of REPORT_FORMATS) {
    expect(readFileSync(join(folder, 'written', format.file), 'utf8')).toBe(format.render(read));
  }
  expect(drisc(file, '--report', 'github=-').out).toMatch(/^::error title=DRISC conformance::/);
});

it('shows what a killed run has written', () => {
  const lines = renderNdjson(faultyServer());
  const run = drisc(
    save('killed.ndjson', lines.slice(0, lines.length * 0.6)),
    '--report',
    'json=saved.json',
    '-q',
  );
  expect(run.code).toBe(1);
  expect(run.out).toContain('the run did not go to its end');
  const saved = resultSchema.parse(JSON.parse(readFileSync(join(folder, 'saved.json'), 'utf8')));
  expect(saved.complete).toBe(false);
  expect(saved.rules.length).toBeGreaterThan(3);
});

it('suggests known failures that open the gate', () => {
  const fail = save('suggest.json', faultyServer());
  const suggested = drisc(fail, '--suggest-known-failing');
  expect(suggested.code).toBe(1);
  expect(drisc(fail, '--known-failing', save('suggested.yaml', suggested.out)).code).toBe(0);
});

it('merges shards, with the options of a report', () => {
  const { rules } = faultyServer();
  const one = save('shard-1.json', { ...faultyServer(), rules: rules.slice(0, 4) });
  const two = save('shard-2.json', { ...faultyServer(), rules: rules.slice(4) });
  expect(drisc('merge', one, two, '--report', 'json=merged.json', '--quiet').code).toBe(1);
  expect(JSON.parse(readFileSync(join(folder, 'merged.json'), 'utf8')).rules).toEqual(rules);
  expect(drisc('merge', one, two, '--report', 'json=-').out).toBe(
    readFileSync(join(folder, 'merged.json'), 'utf8'),
  );
});

it('compares results, and fails for what is newly broken', () => {
  const pass = save('before.json', conformingServer());
  const fail = save('after.json', faultyServer());
  expect(drisc('compare', pass, fail)).toMatchObject({
    code: 1,
    out: expect.stringContaining('3 new failures'),
  });
  expect(drisc('compare', fail, pass)).toMatchObject({ code: 0, out: expect.stringContaining('3 fixed') });
  expect(drisc('compare', fail, fail).out).toContain('3 still failing');
  expect(JSON.parse(drisc('compare', pass, fail, pass, '--format', 'json').out).labels).toHaveLength(3);
  expect(drisc('compare', pass, fail, '--format', 'markdown').out).toMatch(/^## 3 new failures/);
  expect(drisc('compare', pass).code).toBe(2);
}, 60_000);
