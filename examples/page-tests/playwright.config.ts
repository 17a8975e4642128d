import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import type { TestSimulatorOptions } from 'drisckit/playwright';

/** Where the web player is served; without it, Playwright serves it itself. */
const { PLAYER_URL } = process.env;
const baseURL = PLAYER_URL ?? 'http://127.0.0.1:4173';

/** Debian's Chromium, where Playwright has not brought its own. */
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

export default defineConfig<{ driscOptions: TestSimulatorOptions }>({
  testMatch: '*.spec.ts',
  tsconfig: './tsconfig.json',
  outputDir: '../../.reports/page-tests',
  reporter: 'list',
  forbidOnly: true,
  // Bounds on what hangs, wide enough for a machine with much else to do.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL,
    driscOptions: { limit: 1, patience: 30_000 },
    launchOptions: { chromiumSandbox: false, ...(executablePath && { executablePath }) },
  },
  ...(PLAYER_URL === undefined && {
    webServer: {
      command: `npx esbuild --servedir=dist/examples/web-player --serve=${new URL(baseURL).host}`,
      cwd: '../..',
      url: baseURL,
      stderr: 'ignore',
    },
  }),
});
