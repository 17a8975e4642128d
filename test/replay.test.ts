import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import type { ServerSubject } from '../contracts/server/server-subject.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-replay-'));
const mutant = SERVER_MUTANTS.find(({ name }) => name === 'silent-takeover')!;
const FILE = join(folder, '.reports', 'replay', 'server-takeover-tell-victim.json');

async function test(subject: ServerSubject, ...words: string[]) {
  const { url, pongTimeout, offers, limit } = subject;
  const flags = `--publisher 1000 --secret drisc-simulator-secret --limit ${limit} --pong-timeout ${pongTimeout}ms`;
  const run = spawn(
    process.execPath,
    [
      resolve('dist/cli/main.js'),
      ...`test server --url ${url} ${flags}`.split(' '),
      ...offers.flatMap((offer) => ['--offer', offer]),
      ...words,
    ],
    { cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
  );
  let said = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(run, 'close')) as [number | null];
  return { code, said };
}

describe('a replay file', () => {
  it('is written for what broke, finds it again, and marks where another server goes another way', async () => {
    await using faulty = await startServer(mutant);
    const first = await test(faulty.subject, '--rules', mutant.breaks, '--runs', '0');
    expect(first.said).toMatch(/to play again what broke: .*replay/);
    expect(first.code).toBe(1);
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toMatchObject({ driscReplay: 1, rule: mutant.breaks });

    const again = await test(faulty.subject, '--replay', FILE);
    expect(again.said).toContain('The server answered as in the recording.');
    expect(again.said).toContain(mutant.breaks);
    expect(again.code).toBe(1);

    await using honest = await startServer();
    const elsewhere = await test(honest.subject, '--replay', FILE);
    expect(elsewhere.said).toMatch(
      /^step \d+, \w+: the server answered otherwise than in the recording: TAKE_OVER instead of close 1000$/m,
    );
    expect(elsewhere.said).toMatch(/^The server conforms/m);
    expect(elsewhere.code).toBe(0);
  });

  it('that is none, or was changed by hand, is a wrong flag that says what is wrong', async () => {
    await using honest = await startServer();
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, '{"driscReplay":1,"rule":"server/limit/list-sessions"}');
    const broken = await test(honest.subject, '--replay', wrong);
    expect(broken).toMatchObject({ code: 2, said: expect.stringContaining('replay file: ') as string });
    expect(broken.said).toContain('token');
    const none = await test(honest.subject, '--replay', 'nowhere.json');
    expect(none).toMatchObject({ code: 2, said: expect.stringContaining('nowhere.json') as string });
  });
});
