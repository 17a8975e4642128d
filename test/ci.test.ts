import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import type { ServerSubject } from '../contracts/server/server-subject.ts';
import { conformingServer, faultyServer } from '../reports/fixtures.ts';
import type { Result } from '../reports/result.ts';

interface Action {
  inputs: Record<string, { required?: boolean; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { steps: { id: string; shell: string; env: Record<string, string>; run: string }[] };
}

const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const guide = readFileSync('docs/ci.md', 'utf8');

/** The first code block in a language after a heading of the guide. */
function snippet(heading: string, language: string): string {
  const after = guide.slice(guide.indexOf(`\n## ${heading}\n`));
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(after)?.[1];
  if (block === undefined) throw new Error(`docs/ci.md: no ${language} under ${heading}`);
  return block;
}

async function bash(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; out: string }> {
  // As GitHub runs a step.
  const shell = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, ...env },
  });
  let out = '';
  shell.stdout.on('data', (data: Buffer) => (out += data.toString()));
  shell.stderr.on('data', (data: Buffer) => (out += data.toString()));
  const [code] = (await once(shell, 'close')) as [number];
  return { code, out };
}

/** A folder as a checkout is, in which `npx drisckit` is the package that was built here. */
function checkout(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(join(tmpdir(), 'drisc-ci-'));
  const npx = join(folder, 'npx');
  const command = `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(resolve('dist/cli/main.js'))}`;
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1" = --yes ] && [ "$2" = drisckit ] || exit 9\nshift 2\n${command} "$@"\n`,
  );
  chmodSync(npx, 0o755);
  return { folder, env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' } };
}

/** Runs the steps of the action as a runner does: inputs put into the environment, outputs read from a file. */
async function runAction(given: Record<string, string>, files: Record<string, Result> = {}) {
  const { folder, env } = checkout();
  for (const [name, result] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(result));
  }
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: usual }]) => [name, given[name] ?? usual ?? '']),
  );
  const [summary, output] = ['summary', 'output'].map((name) => join(folder, name)) as [string, string];
  for (const file of [summary, output]) writeFileSync(file, 'earlier=step\n');
  const [step] = action.runs.steps;
  const own = Object.fromEntries(
    Object.entries(step!.env).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => inputs[input]!),
    ]),
  );
  const runnerFiles = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
  const { code, out } = await bash(step!.run, folder, { ...env, ...own, ...runnerFiles });
  const outputs = Object.fromEntries(
    readFileSync(output, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && line !== 'earlier=step')
      .map((line) => line.split('=') as [string, string]),
  );
  return { folder, code, out, outputs, summary: readFileSync(summary, 'utf8') };
}

describe('the GitHub action', { timeout: 60_000 }, () => {
  it('writes summary, annotations and outputs of a subject that does not conform, and fails', async () => {
    const run = await runAction(
      { run: 'report "a result.json" --quiet' },
      { 'a result.json': faultyServer() },
    );
    expect(run.code).toBe(1);
    expect(run.outputs).toEqual({
      'exit-code': '1',
      verdict: 'does-not-conform',
      result: '.reports/result.json',
      report: '.reports/report.html',
    });
    expect(run.out).toMatch(/^::error title=DRISC conformance::/m);
    expect(run.out).toMatch(/^::error title=.*\(server\/limit\/list-active-sessions\)::/m);
    expect(run.summary).toMatch(/^earlier=step\n/);
    expect(run.summary).toContain('server/limit/list-active-sessions');
    for (const file of ['result.json', 'report.html', 'junit.xml']) {
      expect(existsSync(join(run.folder, '.reports', file))).toBe(true);
    }
  });

  it('passes where the subject conforms', async () => {
    const run = await runAction(
      { run: 'report r.json', out: 'my reports' },
      { 'r.json': conformingServer() },
    );
    expect(run).toMatchObject({
      code: 0,
      outputs: { verdict: 'conforms', result: 'my reports/result.json' },
    });
    expect(run.out).toMatch(/^::notice title=DRISC conformance::/m);
  });

  it('says so where there is no result, and shows none of an earlier step', async () => {
    const run = await runAction({ run: 'report nowhere.json' });
    expect(run).toMatchObject({
      code: 2,
      outputs: { 'exit-code': '2', verdict: 'usage', result: '', report: '' },
    });
    expect(run.out).toContain('::error title=DRISC conformance::drisc ended with 2');
    expect(run.summary).toContain('judged nothing');
  });

  it('hands out every output that it declares, and the guide uses inputs that it has', async () => {
    const { outputs } = await runAction({ run: 'report r.json' }, { 'r.json': conformingServer() });
    const declared = Object.entries(action.outputs);
    expect(declared.map(([name]) => name)).toEqual(Object.keys(outputs));
    for (const [name, { value }] of declared) expect(value).toBe(`\${{ steps.drisc.outputs.${name} }}`);
    const workflow = parse(snippet('GitHub', 'yaml')) as {
      jobs: { conformance: { steps: { uses?: string; with?: Record<string, string> }[] } };
    };
    const used = workflow.jobs.conformance.steps.find(({ uses }) => uses?.startsWith('drisckit/'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used!.with!)));
  });
});

/** The file that the guide's snippets find their server by. */
function describeServer(folder: string, { url, pongTimeout }: ServerSubject): void {
  const lines = [
    'publisher: 1000',
    'offers: [A, B]',
    'tag: live',
    'limit: 2',
    `pongTimeout: ${pongTimeout}ms`,
  ];
  writeFileSync(join(folder, 'drisc-server.yaml'), [`url: ${url}`, ...lines, ''].join('\n'));
}

describe('the other snippets', { timeout: 240_000 }, () => {
  it('for GitLab judges a server and leaves what the artifacts name', async () => {
    const { drisc } = parse(snippet('GitLab', 'yaml')) as {
      drisc: {
        variables: Record<string, string>;
        script: string[];
        artifacts: { paths: string[]; reports: { junit: string } };
      };
    };
    await using server = await startServer();
    const { folder, env } = checkout();
    describeServer(folder, server.subject);
    const secret = { DRISC_SECRET: 'drisc-simulator-secret' };
    const run = await bash(drisc.script.join('\n'), folder, { ...env, ...drisc.variables, ...secret });
    expect(run.out).toMatch(/^The server conforms/m);
    expect(run.code).toBe(0);
    for (const file of [...drisc.artifacts.paths, drisc.artifacts.reports.junit]) {
      expect(existsSync(join(folder, file))).toBe(true);
    }
  });

  it('for Jenkins judges a server and leaves what its post steps name', async () => {
    const groovy = snippet('Jenkins', 'groovy');
    const script = /sh '''([\s\S]*?)'''/.exec(groovy)![1]!;
    const subject = /DRISC_SUBJECT = '(.*?)'/.exec(groovy)![1]!;
    await using server = await startServer();
    const { folder, env } = checkout();
    describeServer(folder, server.subject);
    const own = { DRISC_SUBJECT: subject, DRISC_SECRET: 'wrong-secret' };
    // Groovy takes a backslash out of '''…''' only before what it escapes; before the end of a line it joins the lines.
    const run = await bash(script.replaceAll('\\\n', ''), folder, { ...env, ...own });
    expect(run.code).toBe(1);
    const named = [/junit '(.*?)'/, /artifacts: '(.*?)'/].flatMap((one) => one.exec(groovy)![1]!.split(', '));
    for (const file of named) expect(existsSync(join(folder, file))).toBe(true);
  });
});
