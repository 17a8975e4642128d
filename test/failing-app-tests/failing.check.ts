import { expect } from 'vitest';
import { test } from 'drisckit/vitest';

test('fails', async ({ drisc }) => {
  await drisc.device('Living room TV');
  expect('anything').toBe('something else');
});

test('passes', async ({ drisc }) => {
  await drisc.device('Bedroom TV');
  expect(drisc.said()).toEqual([]);
});
