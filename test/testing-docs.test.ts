import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { runPlaywright } from './run-playwright.ts';
import { runVitest } from './run-vitest.ts';

/** In the package, so that what the blocks import is the package as it was built. */
const FOLDER = '.reports/testing-docs';

/** Which runner a block is for, by what it imports, and the end of its file's name. */
const RUNNERS = [
  ['project', /defineConfig/, 'project.config.ts'],
  ['playwright', /'drisckit\/playwright'/, 'spec.ts'],
  ['vitest', /'drisckit\/vitest'/, 'check.ts'],
  ['node', /'drisckit\/scenarios'/, 'run.mjs'],
] as const;

const PLAYWRIGHT_CONFIG = `
import config from '../../examples/page-tests/playwright.config.ts';
import project from './0.project.config.ts';
const driscOptions = { ...project.use?.driscOptions, patience: 30_000 };
const tsconfig = '../../examples/page-tests/tsconfig.json';
export default { ...config, tsconfig, testDir: '.', use: { ...config.use, driscOptions } };
`;

const VITEST_CONFIG = `export default { test: { dir: import.meta.dirname, include: ['*.check.ts'] } };\n`;

const files: Record<string, string[]> = {};

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const docs = readFileSync('docs/testing.md', 'utf8');
  for (const [, block = ''] of docs.matchAll(/```ts\n(.*?)```/gs)) {
    const [runner, , ending] = RUNNERS.find(([, sign]) => sign.test(block)) ?? [];
    if (runner === undefined) throw new Error(`docs/testing.md: nobody runs this:\n${block}`);
    const own = (files[runner] ??= []);
    const file = `${FOLDER}/${own.push(block) - 1}.${ending}`;
    writeFileSync(file, block);
    own[own.length - 1] = file;
  }
  writeFileSync(`${FOLDER}/playwright.config.ts`, PLAYWRIGHT_CONFIG);
  writeFileSync(`${FOLDER}/vitest.config.mjs`, VITEST_CONFIG);
  writeFileSync(`${FOLDER}/player.js`, `export { createPlayer } from '../../test/testing-docs/player.js';\n`);
});

describe('the code blocks of docs/testing.md', () => {
  it('are there for each runner', () => {
    expect(Object.keys(files).toSorted()).toEqual(['node', 'playwright', 'project', 'vitest']);
  });

  it.runIf(CHROMIUM)('pass in Playwright', { timeout: 600_000 }, async () => {
    const ran = await runPlaywright(`${FOLDER}/playwright.config.ts`);
    expect(ran.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(ran.length).toBeGreaterThan(files['playwright']!.length);
  });

  it('pass in vitest', async () => {
    const { tests } = await runVitest(`${FOLDER}/vitest.config.mjs`);
    expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(tests.length).toBeGreaterThanOrEqual(files['vitest']!.length);
  });

  it('run in Node', () => {
    for (const file of files['node'] ?? []) execFileSync(process.execPath, [file]);
  });
});
