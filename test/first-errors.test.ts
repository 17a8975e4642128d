import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';

async function run(file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [file, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DRISC_SECRET: '', ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

const SERVER = ['--url', 'http://127.0.0.1:9', '--publisher', '1', '--offer', 'S1', '--limit', '1'];

it.each([
  {
    what: 'a secret whose variable is empty',
    words: ['test', 'server', 'smoke', ...SERVER, '--secret', ''],
    expected: { code: 2, said: /no way to get tokens: give --secret \(or DRISC_SECRET\)/ },
  },
  {
    what: 'a client whose variable is empty',
    words: ['test', 'client', '--command', ''],
    expected: { code: 2, said: /--command: expected a command line, got nothing/ },
  },
])('$what is said in words', async ({ words, expected }) => {
  const { code, said } = await run('dist/cli/main.js', words);
  expect({ code, said }).toEqual({
    code: expected.code,
    said: expect.stringMatching(expected.said) as unknown,
  });
  expect(said).not.toMatch(/fault of drisc| {4}at /);
});

it('a token command that fails is said in its own words', async () => {
  await using simulator = createSimulator();
  const url = await simulator.listen();
  const words = ['--url', url, ...SERVER.slice(2), '--token-command', 'echo no luck >&2; false'];
  const { code, said } = await run('dist/cli/main.js', ['test', 'server', 'smoke', ...words]);
  expect({ code, said }).toEqual({
    code: 3,
    said: expect.stringMatching(/^error: the token command failed for customer .*: no luck\n$/) as unknown,
  });
});

it('drisc connect says why it cannot, without a stack', async () => {
  await using simulator = createSimulator();
  const url = await simulator.listen();
  const { code, said } = await run('dist/cli/main.js', [
    'connect',
    `${url.replace('http', 'ws')}/connect?token=bad`,
  ]);
  expect({ code, said }).toEqual({
    code: 3,
    said: expect.stringMatching(/^error: cannot connect: .*401.*\n$/) as unknown,
  });
});

it('drisc says that it is not built, where it is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drisc-unbuilt-'));
  mkdirSync(join(folder, 'bin'));
  copyFileSync('bin/drisc.js', join(folder, 'bin/drisc.mjs'));
  const { code, said } = await run(join(folder, 'bin/drisc.mjs'), ['serve']);
  expect({ code, said }).toEqual({
    code: 3,
    said: expect.stringContaining('run "npm run build"') as unknown,
  });
  expect((await run('bin/drisc.js', ['--version'])).said).toMatch(/^\d+\.\d+\.\d+\n$/);
});
