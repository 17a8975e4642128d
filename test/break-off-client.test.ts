import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readResult } from '../reports/read-result.ts';
import type { Result } from '../reports/result.ts';

const COMMAND = resolve('dist/cli/main.js');
const EXAMPLE = pathToFileURL(resolve('examples/node-client/main.js')).href;

interface Run {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  said(): string;
  /** The processes of clients that were started. */
  pids(): number[];
  recorded(): string;
  result(): Result;
}

function run(...words: string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'drisc-break-off-client-'));
  const read = (name: string): string => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const pids = JSON.stringify(join(folder, 'pids'));
  const client = `import { appendFileSync } from 'node:fs';
appendFileSync(${pids}, process.pid + '\\n');
await import(${JSON.stringify(EXAMPLE)});
`;
  writeFileSync(join(folder, 'client.mjs'), client);
  writeFileSync(join(folder, 'long.scenario.yaml'), LONG);
  const started = ['--command', 'node client.mjs', '--out', '.reports', '--report', 'json=result.json'];
  const process_ = spawn(process.execPath, [COMMAND, ...words, ...started], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let said = '';
  for (const stream of [process_.stdout, process_.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  return {
    process: process_,
    ended: once(process_, 'close').then(([code, signal]) => ({ code, signal })),
    said: () => said,
    pids: () => read('pids').split('\n').filter(Boolean).map(Number),
    recorded: () => read('.reports/run.ndjson'),
    result: () => readResult(read('result.json'), 'result.json'),
  };
}

const LONG = `drisc: 1
title: It plays for an hour
why: It takes longer than anybody waits.
steps:
  - user: presses play
  - app: plays
  - clock: advances 1h
`;

/** Interrupts a run when it is there, as npx does: the terminal's signal, and the same one handed on. */
async function interrupt(it: Run, signal: NodeJS.Signals, isThere: () => boolean): Promise<void> {
  while (!isThere()) {
    if (it.process.exitCode !== null) throw new Error(`the run ended: ${it.said()}`);
    await sleep(5);
  }
  it.process.kill(signal);
  await sleep(50);
  it.process.kill(signal);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(['SIGINT', 'SIGTERM'] as const)('a client that was started, after %s twice', (signal) => {
  it('is ended by drisc test client, which reports what it judged', async () => {
    const judged = run('test', 'client', '--jobs', '2');
    await interrupt(judged, signal, () => judged.recorded().includes('"verdict":"pass"'));
    expect(await judged.ended).toEqual({ code: 3, signal: null });
    expect(judged.said().match(/Breaking off/g)).toHaveLength(1);
    expect(judged.result()).toMatchObject({ kind: 'client', complete: false });
    expect(judged.pids()).not.toEqual([]);
    expect(judged.pids().filter(isAlive)).toEqual([]);
  });

  it('is ended by drisc play, which reports what it played', async () => {
    const played = run('play', 'long.scenario.yaml', 'disabled', '--port', '0');
    await interrupt(played, signal, () => /app: plays\b/.test(played.said()));
    expect(await played.ended).toEqual({ code: 3, signal: null });
    expect(played.said().match(/Breaking off/g)).toHaveLength(1);
    const { complete, rules } = played.result();
    expect({ complete, verdicts: rules.map(({ verdict }) => verdict) }).toEqual({
      complete: false,
      verdicts: ['inconclusive'],
    });
    expect(played.pids()).toHaveLength(1);
    expect(played.pids().filter(isAlive)).toEqual([]);
  });
});
