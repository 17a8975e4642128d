import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['node_modules', 'dist'],
    globalSetup: 'test/build-once.ts',
    testTimeout: 20_000,
  },
});
