import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['node_modules', 'dist'],
    globalSetup: 'test/build-once.ts',
    // A bound on what hangs, not a claim about speed.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // Commands are compared by their words; colours come on by themselves where CI is set.
    env: { NO_COLOR: '1' },
  },
});
