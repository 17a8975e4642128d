import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

it.each([
  { words: ['list', 'rules'], code: 0, said: '' },
  {
    words: ['list', 'rules', 'nothing/*'],
    code: 2,
    said: expect.stringContaining('no rule matches') as unknown,
  },
])('a command whose reader has gone ends as ever: $words', async ({ words, ...expected }) => {
  const run = spawn(process.execPath, ['dist/cli/main.js', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  run.stderr.on('data', (data: Buffer) => (said += data.toString()));
  run.stdout.destroy();
  const [code] = (await once(run, 'close')) as [number | null];
  expect({ code, said }).toEqual(expected);
});
