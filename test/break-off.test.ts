import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResult } from '../reports/read-result.ts';
import { openSlowLine } from './slow-line.ts';

const COMMAND = resolve('dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'drisc-break-off-'));
const env = { ...process.env, NO_COLOR: '1' };

let serve: ChildProcess;
let url = '';

beforeAll(async () => {
  const words = 'serve --port 0 --no-config --open-control --quiet --json --limit 2 --pong-timeout 1200ms';
  serve = spawn(process.execPath, [COMMAND, ...words.split(' ')], { cwd: folder, env });
  const [line] = (await once(createInterface({ input: serve.stdout! }), 'line')) as [string];
  ({ url } = JSON.parse(line) as { url: string });
});

afterAll(async () => {
  serve.kill();
  await once(serve, 'exit');
});

/** The names of the sessions that the server has. */
async function sessionsLeft(): Promise<string[]> {
  const answer = await fetch(`${url}/_drisc/sessions`);
  const { sessions } = (await answer.json()) as { sessions: { name: string }[] };
  return sessions.map(({ name }) => name);
}

interface Run {
  readonly process: ChildProcess;
  readonly out: string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; said: string }>;
}

function test(name: string, at: string, ...words: string[]): Run {
  const out = join(folder, name);
  const subject = ['--publisher', '1000', '--secret', 'drisc-simulator-secret', '--offer', 'S100_US'];
  const more = ['--limit', '2', '--pong-timeout', '1200ms', '--out', out, ...words];
  const process_ = spawn(process.execPath, [COMMAND, 'test', 'server', '--url', at, ...subject, ...more], {
    cwd: folder,
    env,
  });
  let said = '';
  for (const stream of [process_.stdout, process_.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const ended = once(process_, 'close').then(([code, signal]) => ({ code, signal, said }));
  return { process: process_, out, ended };
}

async function until(isThere: () => boolean | Promise<boolean>, run: Run): Promise<void> {
  while (!(await isThere())) {
    if (run.process.exitCode !== null) throw new Error(`the run ended: ${(await run.ended).said}`);
    await sleep(5);
  }
}

/** The rules of a section that a run has said something about. */
function heardOf(run: Run, section: string): () => boolean {
  const record = join(run.out, 'run.ndjson');
  return () => existsSync(record) && readFileSync(record, 'utf8').includes(`"section":"${section}"`);
}

const MOMENTS: readonly [name: string, isThere: (run: Run) => () => boolean | Promise<boolean>][] = [
  ['first contact', () => async () => (await sessionsLeft()).length > 0],
  ['the first conversations', (run) => heardOf(run, 'create')],
  ['conversations that wait', (run) => heardOf(run, 'liveness')],
  ['direct checks', (run) => heardOf(run, 'cors')],
  ['simultaneous requests', (run) => heardOf(run, 'concurrency')],
];

describe('drisc test server, when it is interrupted', () => {
  it.each(
    MOMENTS.map(([name, isThere], index) => [index % 2 ? 'SIGTERM' : 'SIGINT', name, isThere] as const),
  )('by %s during %s, leaves no session and writes every report', async (signal, name, isThere) => {
    const reports = ['json', 'html', 'junit'].flatMap((format) => ['--report', format]);
    const run = test(name.replaceAll(' ', '-'), url, ...reports);
    await until(isThere(run), run);
    run.process.kill(signal);
    const { code, said } = await run.ended;
    expect(said).toMatch(/Breaking off/);
    expect(code).toBe(3);
    expect(await sessionsLeft()).toEqual([]);
    const result = readResult(readFileSync(join(run.out, 'result.json'), 'utf8'), 'result.json');
    expect(result).toMatchObject({ complete: false, kind: 'server' });
    expect(result.rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([]);
    expect(readFileSync(join(run.out, 'report.html'), 'utf8')).toMatch(/did not go to its end|no verdict/);
    expect(readFileSync(join(run.out, 'junit.xml'), 'utf8')).toContain('<testsuites');
  });

  it('ends the session of a first contact, too', async () => {
    // Over so long a way it cannot be through before the signal comes.
    await using line = await openSlowLine(url, { latency: 300, jitter: 0, seed: 1 });
    const run = test('smoke', line.url, 'smoke');
    await until(async () => (await sessionsLeft()).length > 0, run);
    run.process.kill('SIGINT');
    const { code, said } = await run.ended;
    expect(said).toMatch(/Breaking off/);
    expect(code).toBe(3);
    expect(await sessionsLeft()).toEqual([]);
  });

  it('ends at once when it is interrupted again', async () => {
    let hasAsked = false;
    // It answers the preflight, and no request for a session, ever.
    const mute = createServer((request, response) => {
      if (request.method === 'OPTIONS') response.writeHead(204).end();
      else hasAsked = true;
    });
    await new Promise<void>((listening) => void mute.listen(0, '127.0.0.1', listening));
    const run = test('twice', `http://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    await until(() => hasAsked, run);
    run.process.kill('SIGINT');
    // What follows so soon is the first one again, as npx hands it on.
    run.process.kill('SIGINT');
    await sleep(1_000);
    expect(run.process.exitCode).toBeNull();
    run.process.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: null, signal: 'SIGINT' });
    mute.closeAllConnections();
    mute.close();
  });
});
