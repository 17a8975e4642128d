import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { libraryFile } from '../../scenarios/library.ts';

async function drisc(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const run = promisify(execFile)(process.execPath, ['dist/cli/main.js', ...args]);
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

describe.concurrent('scenario files on the command line', () => {
  it('are validated: right ones with 0, wrong ones with 2 and every problem', async () => {
    expect((await drisc('validate', libraryFile('takeover'))).code).toBe(0);
    const broken = 'scenarios/format/broken/misspelt-phrase.scenario.yaml';
    const { code, stdout } = await drisc('validate', libraryFile('takeover'), broken);
    expect(stdout).toContain(`${broken}:6:10: unknown step "app: sned PONG"; did you mean "sends PONG"?`);
    expect(stdout).toContain(`${broken}:8:13:`);
    expect(code).toBe(2);
    const json = await drisc('validate', broken, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, problems: [{ line: 6, column: 10 }, {}, {}] });
  });

  it('are listed by tag, by rule and by name', async () => {
    const { stdout } = await drisc('list', 'scenarios', '--tag', 'takeover', '--tag', 'race', '--names');
    expect(stdout).toBe('takeover-race\n');
    const byRule = await drisc('list', 'scenarios', 'closed-*', '--rule', 'client/recovery/any-*', '--json');
    const lines = byRule.stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      name: 'closed-with-1000',
      tags: ['recovery', 'close-codes'],
    });
  });

  it('end with 2 and the tags where nothing matches', async () => {
    const { code, stderr } = await drisc('list', 'scenarios', '--tag', 'takeovr');
    expect(stderr).toContain('the tags are');
    expect(code).toBe(2);
  });
});
