import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultSchema } from '../../reports/result.ts';

const CLIENT = 'node examples/node-client/main.js';

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

async function drisc(...args: string[]): Promise<Ran> {
  const run = promisify(execFile)(process.execPath, ['dist/cli/main.js', ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as Ran,
  );
}

async function writeScenario(steps: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'drisc-')), 'mine.scenario.yaml');
  await writeFile(
    file,
    `drisc: 1\ntitle: mine\nwhy: mine\ngiven: { app: { is: playing } }\nsteps:\n${steps}`,
  );
  return file;
}

describe.concurrent('drisc play', () => {
  it('drives a client through scenarios and says that they pass', async () => {
    const { code, stdout } = await drisc('play', 'disabled', 'takeover', '-p', '0', '-c', CLIENT);
    expect(stdout).toMatch(/PASS {2}5 steps/);
    expect(stdout).toContain('2 scenarios: 2 passed, 0 failed');
    expect(code).toBe(0);
  });

  it('ends with 1 and a diagram where a step does not come', async () => {
    const file = await writeScenario('  - app: sends FINISHED\n    within: 200ms\n');
    const { code, stdout } = await drisc('play', file, '-p', '0', '-c', CLIENT);
    expect(stdout).toContain('FAIL  at step 7: this did not come: app: sends FINISHED');
    expect(stdout).toContain(`${file}:6:5`);
    expect(stdout).toContain('│ REQUESTED ─');
    expect(stdout).toContain('✗ step 7: app: sends FINISHED');
    expect(code).toBe(1);
  });

  it('ends with 2 and the nearest name where there is no such scenario', async () => {
    const { code, stderr } = await drisc('play', 'mised-pong');
    expect(stderr).toContain('Did you mean "missed-pong"?');
    expect(stderr).toContain('\n  limit-reached\n');
    expect(code).toBe(2);
  });

  it('ends with 2 and line and column where the file is wrong', async () => {
    const file = await writeScenario('  - app: plaays\n');
    const { code, stderr } = await drisc('play', file, './no-such.scenario.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no such file');
    const wrong = await drisc('play', file);
    expect(wrong.stderr).toContain(`${file}:6:10: unknown step "app: plaays"; did you mean "plays"?`);
    expect(wrong.code).toBe(2);
  });

  it('ends with 3 where nobody connects', async () => {
    const { code, stdout } = await drisc('play', 'disabled', '-p', '0', '--patience', '1s');
    expect(stdout).toContain('now do this: user: presses play');
    expect(stdout).toMatch(/base URL http:\/\/127\.0\.0\.1:\d+/);
    expect(code).toBe(3);
  });

  it('ends with 3 where the command is no client', async () => {
    const { code, stdout } = await drisc('play', 'disabled', '-p', '0', '-c', 'exit 7');
    expect(stdout).toContain('the client is gone');
    expect(code).toBe(3);
  });

  it('writes a report that holds the failure with its place and its transcript', async () => {
    const file = await writeScenario('  - app: sends FINISHED\n    within: 200ms\n');
    const report = `${file}.json`;
    await drisc(
      'play',
      file,
      'disabled',
      '-p',
      '0',
      '-c',
      CLIENT,
      '--report',
      `json=${report}`,
      '--report',
      `html=${file}.html`,
    );
    const result = resultSchema.parse(JSON.parse(await readFile(report, 'utf8')));
    expect(result.rules.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['scenario/untagged/mine', 'fail'],
      ['scenario/basics/disabled', 'pass'],
    ]);
    expect(result.rules[0]?.failures[0]).toMatchObject({ location: { file, line: 6, column: 5 } });
    expect(result.rules[0]?.failures[0]?.transcript.some(({ offending }) => offending)).toBe(true);
    expect(await readFile(`${file}.html`, 'utf8')).toContain('app: sends FINISHED');
  });

  it('records what a client did as a scenario that plays', async () => {
    const file = `${await writeScenario('')}.recorded.yaml`;
    await drisc('play', 'takeover', '-p', '0', '-c', CLIENT, '--record', file);
    expect(await readFile(file, 'utf8')).toContain('- app: receives TAKE_OVER');
    const { code, stdout } = await drisc('play', file, '-p', '0', '-c', CLIENT);
    expect(stdout).toContain('PASS');
    expect(code).toBe(0);
  });

  it('records a client that plays without a scenario, and what it wrote is passed', async () => {
    const file = `${await writeScenario('')}.free.scenario.yaml`;
    const free = await drisc('play', '-p', '0', '-c', CLIENT, '--record', file, '--for', '2s');
    expect(free.stdout).toContain(`check it: drisc play ${file} --command '${CLIENT}'`);
    expect(free.code).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('- user: presses play\n  - app: creates a session\n');
    expect(text).toContain('- app: receives OK\n  - app: plays\n');
    expect(text).not.toContain('clock');
    expect(await drisc('play', file, '-p', '0', '-c', CLIENT)).toMatchObject({ code: 0 });
    const silent = await drisc('play', '-p', '0', '-c', 'sleep 1', '--record', file, '--for', '300ms');
    expect(silent).toMatchObject({ code: 3, stderr: expect.stringContaining('nothing came of a client') });
    expect((await drisc('play')).stderr).toContain('expected a scenario to play');
  });

  it('prints JSON lines with --json', async () => {
    const { stdout } = await drisc('play', 'disabled', '-p', '0', '-c', CLIENT, '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(lines.map(({ event }) => event)).toContain('awaiting');
    expect(lines.at(-2)).toMatchObject({ event: 'outcome', scenario: 'disabled', verdict: 'pass' });
    expect(lines.at(-1)).toEqual({
      event: 'verdict',
      scenarios: 1,
      passed: 1,
      failed: 0,
      notExercised: 0,
      errors: 0,
    });
  });
});
