import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import type { ServerSubject } from '../contracts/server/server-subject.ts';
import { readResult } from '../reports/read-result.ts';
import type { Result } from '../reports/result.ts';

const COMMAND = resolve('dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'drisc-record-'));
const env = { ...process.env, NO_COLOR: '1' };

function serverWords({ url, pongTimeout }: ServerSubject): string[] {
  const words = 'server --publisher 1000 --secret drisc-simulator-secret --offer A --offer B --tag live';
  return [...words.split(' '), '--limit', '2', '--pong-timeout', `${pongTimeout}ms`, '--url', url];
}

function begin(...words: string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, 'test', ...words], { cwd: folder, env, stdio: 'ignore' });
}

/** Waits until a file of a run has so many lines about rules. */
async function untilWritten(file: string, rules: number, run: ChildProcess): Promise<void> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text.split('{"type":"rule"').length > rules) return;
    if (run.exitCode !== null) throw new Error(`the run ended with ${run.exitCode} and wrote: ${text}`);
    await sleep(10);
  }
}

async function end(run: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(run, 'exit');
  run.kill(signal);
  await exited;
}

function report(...words: string[]): { code: number | null; out: string } {
  const run = spawnSync(process.execPath, [COMMAND, 'report', ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return { code: run.status, out: run.stdout };
}

function read(file: string): Result {
  return readResult(readFileSync(file, 'utf8'), file);
}

describe('a run that is killed', () => {
  it('leaves what it judged of a server until then, and drisc report renders it', async () => {
    const mutant = SERVER_MUTANTS.find(({ breaks }) => breaks === 'server/create/grant-below-limit');
    await using server = await startServer(mutant);
    const file = join(folder, 'killed', 'server.ndjson');
    const run = begin(...serverWords(server.subject), '--report', `ndjson=${file}`);
    await untilWritten(file, 5, run);
    await end(run, 'SIGKILL');

    const result = read(file);
    expect(result).toMatchObject({ complete: false, kind: 'server', subject: { name: server.subject.url } });
    expect(result.rules.length).toBeGreaterThanOrEqual(4);
    expect(result.rules.every(({ exercised, verdict }) => exercised > 0 || verdict !== 'pass')).toBe(true);

    const page = join(folder, 'killed', 'report.html');
    const shown = report(file, '--report', `html=${page}`);
    expect(shown.out).toMatch(/did not go to its end|no verdict/);
    expect(shown.code).toBe(result.rules.some(({ verdict }) => verdict === 'fail') ? 1 : 3);
    const html = readFileSync(page, 'utf8');
    for (const { id } of result.rules) expect(html).toContain(id);
  });

  it('leaves what it judged of a client, in the folder of reports unless told', async () => {
    const run = begin(
      'client',
      '--command',
      `${process.execPath} ${resolve('examples/node-client/main.js')}`,
    );
    const file = join(folder, '.reports', 'run.ndjson');
    await untilWritten(file, 8, run);
    await end(run, 'SIGKILL');
    const result = read(file);
    expect(result).toMatchObject({ complete: false, kind: 'client' });
    expect(result.rules.length).toBeGreaterThanOrEqual(7);
    expect(report(file).code).toBe(3);
  });
});

it('a run that is interrupted writes the end itself, and has no verdict', async () => {
  await using server = await startServer();
  const file = join(folder, 'interrupted.ndjson');
  const run = begin(...serverWords(server.subject), '--report', `ndjson=${file}`);
  await untilWritten(file, 3, run);
  await end(run, 'SIGINT');
  expect(run.exitCode).toBe(3);
  expect(read(file)).toMatchObject({ complete: false });
  expect(readFileSync(file, 'utf8')).toContain('{"type":"end"');
});

it('a run that ends has in its record what is in the result', async () => {
  await using server = await startServer();
  const out = join(folder, 'whole');
  mkdirSync(out);
  const words = ['--rules', 'server/create/*', '--runs', '8', '--out', out, '--report', 'json'];
  const run = begin(...serverWords(server.subject), ...words);
  expect(await once(run, 'exit')).toEqual([0, null]);
  expect(read(join(out, 'run.ndjson'))).toEqual(read(join(out, 'result.json')));
});
