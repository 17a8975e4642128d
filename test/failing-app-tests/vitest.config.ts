import { defineConfig } from 'vitest/config';

/** The checks here are meant to fail: what is printed then is what is tested (`test/app-fixtures.test.ts`). */
export default defineConfig({ test: { dir: import.meta.dirname, include: ['*.check.ts'] } });
