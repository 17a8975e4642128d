import { expect, it } from 'vitest';
import { runVitest } from './run-vitest.ts';

it('an app’s test that fails prints its conversation, and one that passes does not', async () => {
  const { tests, printed } = await runVitest('test/failing-app-tests/vitest.config.ts');
  expect(tests.map(({ title, status }) => [title, status])).toEqual([
    ['fails', 'failed'],
    ['passes', 'passed'],
  ]);
  expect(printed).toMatch(/Living room TV\s+│◀─+ OK │/);
  expect(printed).not.toContain('Bedroom TV');
});
