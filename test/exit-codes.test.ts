import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import type { ServerSubject } from '../contracts/server/server-subject.ts';
import { conformingServer, faultyServer } from '../reports/fixtures.ts';
import type { Result } from '../reports/result.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-exit-'));

interface Run {
  words: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** The run's record: Ctrl-C comes when it shows that judging goes on. */
  interrupt?: string;
}

async function drisc({ words, env, interrupt }: Run): Promise<{ code: number | null; said: string }> {
  const run = spawn(process.execPath, [resolve('dist/cli/main.js'), ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const closed = once(run, 'close');
  if (interrupt !== undefined) {
    while (!readOr(interrupt).includes('{"type":"rule"')) await sleep(10);
    run.kill('SIGINT');
  }
  const [code] = (await closed) as [number | null];
  return { code, said };
}

function readOr(file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

function save(name: string, content: Result | string): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const BROKEN = faultyServer()
  .rules.filter(({ verdict }) => verdict === 'fail')
  .map(({ id }) => id);

function list(name: string, rules: readonly string[], expires = '2999-01-01'): string {
  const entries = rules.map((rule) => `- rule: ${rule}\n  reason: DRISC-12\n  expires: ${expires}\n`);
  return save(name, entries.join(''));
}

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
const silent = save('silent.json', { ...conformingServer(), rules: [] });
const otherReading = save('other-reading.json', {
  ...conformingServer(),
  ambiguities: [
    { id: 'AMB-5', question: 'Does a refused create ping?', observed: 'no', assumed: 'yes' },
    { id: 'AMB-10', question: 'Is a takeover allowed while a slot is free?', assumed: 'yes' },
  ],
});
const cut = save('cut.json', { ...conformingServer(), complete: false });

function server({ url, pongTimeout }: ServerSubject, ...more: string[]): string[] {
  const words = 'test server --publisher 1000 --secret drisc-simulator-secret --offer A --limit 2 --url';
  return [...words.split(' '), url, '--pong-timeout', `${pongTimeout}ms`, ...more];
}

const NOWHERE = 'test server --url http://127.0.0.1:1 --publisher 1 --secret s --offer A --limit 1'.split(
  ' ',
);
/** A fault that no input brings about: writing to standard output fails in a way that nothing expects. */
const FAULTY = save(
  'faulty.mjs',
  "process.stdout.write = () => { throw new TypeError('broken on purpose'); };",
);

/** What the documentation's table says, each on the built command. */
const SITUATIONS: readonly [code: number, situation: string, run: Run, says: RegExp][] = [
  [0, 'the subject conforms', { words: ['report', pass] }, /^The server conforms/m],
  [0, 'a SHOULD is not followed', { words: ['report', warn] }, /^The server conforms/m],
  [
    0,
    'what is broken is listed by `--known-failing`',
    { words: ['report', fail, '--known-failing', list('all.yaml', BROKEN)] },
    /are known failures/,
  ],
  [1, 'a MUST is broken', { words: ['report', fail] }, /does not conform/],
  [
    1,
    'a SHOULD is not followed, with `--fail-on should`',
    { words: ['report', warn, '--fail-on', 'should'] },
    /does not conform/,
  ],
  [
    1,
    'a known failure is stale: the rule holds now',
    { words: ['report', pass, '--known-failing', list('stale.yaml', BROKEN.slice(0, 1))] },
    /^gate stale .*holds now/m,
  ],
  [
    1,
    'a known failure is past the day on which it expires',
    { words: ['report', fail, '--known-failing', list('expired.yaml', BROKEN, '2020-01-31')] },
    /^gate expired .*until 2020-01-31/m,
  ],
  [
    1,
    'a known failure names no rule',
    { words: ['report', pass, '--known-failing', list('typo.yaml', [`${BROKEN[0]}s`])] },
    /^gate unknown .*Did you mean/m,
  ],
  [
    1,
    'a rule of `--require-observed` went unobserved',
    { words: ['report', pass, '--require-observed', 'server/ping/control-frames-do-not-count'] },
    /^gate unobserved/m,
  ],
  [
    1,
    'a reading other than the first, with `--strict`',
    { words: ['report', otherReading, '--strict'] },
    /^gate other-reading AMB-5, .* The first reading is: yes\. The server's is: no\.$/m,
  ],
  [2, 'an unknown option or command', { words: ['report', pass, '--fial-on', 'must'] }, /unknown option/],
  [2, 'a file that cannot be read', { words: ['report', 'nowhere.json'] }, /cannot read nowhere\.json/],
  [
    2,
    'a pattern of `--rules` that no rule matches',
    { words: [...NOWHERE, '--rules', 'sever/**'] },
    /no rule matches "sever/,
  ],
  [
    2,
    'a file of `--module` that is no client',
    { words: ['test', 'client', '--module', save('no-client.ts', 'export const client = {};')] },
    /no-client\.ts: it has no default export, only client/,
  ],
  [3, 'the server cannot be reached', { words: NOWHERE }, /cannot reach http:\/\/127\.0\.0\.1:1/],
  [
    3,
    'the client cannot be started',
    { words: ['test', 'client', '--command', 'no-such-program-anywhere'] },
    /no-such-program-anywhere/,
  ],
  [3, 'nothing was exercised', { words: ['report', silent] }, /^Nothing was/m],
  [3, 'the run broke off before its end', { words: ['report', cut] }, /no verdict/],
  [4, 'the harness failed while it judged', { words: ['report', error] }, /^The harness failed/m],
  [
    4,
    'a fault of drisc itself',
    { words: ['report', pass], env: { NODE_OPTIONS: `--import=./${FAULTY}` } },
    /fault of drisc: TypeError: broken on purpose[\s\S]*Please report/,
  ],
];

const INTERRUPTED = 'Ctrl-C, with nothing found broken until then';

describe('exit codes', { timeout: 90_000 }, () => {
  it.each(SITUATIONS)('%i: %s', async (code, _, run, says) => {
    const { code: came, said } = await drisc(run);
    expect(said).toMatch(says);
    expect(came).toBe(code);
  });

  it(`3: ${INTERRUPTED}`, async () => {
    await using honest = await startServer();
    const { code, said } = await drisc({
      words: server(honest.subject, '--report', 'ndjson=run.ndjson'),
      interrupt: 'run.ndjson',
    });
    expect(said).toMatch(/what was judged until then: .*run\.ndjson/);
    expect(code).toBe(3);
  });

  it('stand in the documentation as they are here', () => {
    const documented = readFileSync('docs/exit-codes.md', 'utf8')
      .split('\n')
      .filter((line) => /^\| `\d`/.test(line))
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    const rows = [
      ...SITUATIONS.map(([code, situation]) => [code, situation] as const),
      [3, INTERRUPTED] as const,
    ];
    expect(documented).toEqual(
      rows.toSorted((a, b) => a[0] - b[0]).map(([code, situation]) => [`\`${code}\``, situation]),
    );
  });
});
