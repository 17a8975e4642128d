import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a run of vitest came to: its tests and how they ended, and what it printed beside. */
export interface VitestRun {
  readonly tests: readonly { readonly title: string; readonly status: string; readonly message: string }[];
  readonly printed: string;
}

interface Report {
  testResults: {
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Runs the checks of a configuration by vitest's command, as a user does. */
export async function runVitest(config: string): Promise<VitestRun> {
  const file = join(mkdtempSync(join(tmpdir(), 'drisc-vitest-')), 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const command = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...reporters];
  const { VITEST: _, ...env } = process.env;
  const child = spawn(process.execPath, command, { env });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (!existsSync(file)) throw new Error(`vitest said:\n${errors}${out}`);
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (broken) throw new Error(broken.message);
  const tests = testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ title, status, failureMessages }) => ({
      title,
      status,
      message: failureMessages.join('\n'),
    })),
  );
  return { tests, printed: out + errors };
}
