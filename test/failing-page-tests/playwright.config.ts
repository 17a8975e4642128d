import config from '../../examples/page-tests/playwright.config.ts';

/** The tests here are meant to fail: what a report has of them then is what is tested (`test/page-fixtures.test.ts`). */
export default {
  ...config,
  testDir: '.',
  tsconfig: '../../examples/page-tests/tsconfig.json',
  outputDir: '../../.reports/failing-page-tests',
  retries: 0,
};
