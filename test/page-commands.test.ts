import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { resultSchema } from '../reports/result.ts';
import { CHROMIUM } from './chromium.ts';
import { plantWebPlayer } from './plant-web-player.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-page-commands-'));

async function drisc(...args: string[]) {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args]);
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number];
  return { code, out, err };
}

const PAGE = ['--page', 'dist/examples/web-player', '--driver', 'examples/web-player/page.drisc.js'];

describe.runIf(CHROMIUM)('drisc with a page', { timeout: 240_000 }, () => {
  it('plays scenarios with it', async () => {
    const run = await drisc(
      'play',
      'takeover-by-the-app',
      'limit-reached',
      'stored-endpoint',
      '--port',
      '0',
      ...PAGE,
    );
    expect(run).toMatchObject({ code: 0, out: expect.stringContaining('3 passed') });
  });

  it('fails a page that breaks a rule, and says how to see it again', async () => {
    const page = await plantWebPlayer(['node-client/connection.js', "say('FINISHED');", '']);
    const report = join(folder, 'result.json');
    const replay =
      'drisc1.' +
      Buffer.from(
        JSON.stringify({
          side: 'client',
          check: 'one-stop',
          steps: [
            {},
            { do: 'start' },
            { do: 'await', what: 'playing', for: 4_000 },
            { do: 'stop' },
            { do: 'await', what: 'finished', for: 2_500 },
          ],
        }),
      ).toString('base64url');
    const flags = ['--page', page, ...PAGE.slice(2), '--replay', replay, '--report', `json=${report}`];
    const run = await drisc('test', 'client', ...flags, '--rules', 'client/finish/*');
    expect(run).toMatchObject({ code: 1 });
    const { rules } = resultSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    const failed = rules.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(['client/finish/at-stop']);
    expect(failed[0]?.failures[0]?.replay?.command).toContain('--driver examples/web-player/page.drisc.js');
    expect(JSON.stringify(rules)).not.toMatch(/eyJ[\w-]+\.[\w-]{8}/);
  });

  it.each([
    [2, 'expected "export const driver', ['--page', 'dist', '--driver', 'bad.js']],
    [2, 'name a client each', ['--page', 'dist', '--command', 'true']],
    [2, 'expected an origin', ['--page', 'dist', '--intercept', 'example.com/x']],
    [3, 'expected a URL', ['--page', 'no/such/page']],
    [3, 'npx playwright install', ['--page', 'dist/examples/web-player', '--browser', '/no/browser']],
  ])('ends with %i and "%s" for %j', async (code, words, args) => {
    writeFileSync(join(folder, 'bad.js'), 'export const driver = { start: 7 };\n');
    const run = await drisc(
      'test',
      'client',
      ...args.map((one) => (one === 'bad.js' ? join(folder, one) : one)),
    );
    expect(run).toMatchObject({ code, err: expect.stringContaining(words) });
  });
});
