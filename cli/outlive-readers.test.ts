import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

it.each([
  { words: ['list', 'rules'], code: 0 },
  { words: ['list', 'rules', 'nothing/*'], code: 2 },
])('a command whose reader has gone ends as ever: $words', async ({ words, code }) => {
  const run = spawn(process.execPath, ['dist/cli/main.js', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  run.stderr.on('data', (data: Buffer) => (said += data.toString()));
  run.stdout.destroy();
  const [ended] = (await once(run, 'close')) as [number | null];
  expect({ ended, said }).toEqual({
    ended: code,
    said: code === 0 ? '' : expect.stringContaining('no rule matches'),
  });
});
