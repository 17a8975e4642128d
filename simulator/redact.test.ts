import { expect, it } from 'vitest';
import { redact } from './redact.ts';

it.each([
  ['ws://h/ws?token=secret&v=1', 'ws://h/ws?token=•••&v=1'],
  ['{"endpoint":"ws://h/ws?v=1&token=secret"}', '{"endpoint":"ws://h/ws?v=1&token=•••"}'],
  ['{"endpoint":"ws://h/ws?v=1\\u0026token=secret"}', '{"endpoint":"ws://h/ws?v=1\\u0026token=•••"}'],
  [
    '{"endpoint":"ws:\\/\\/h\\/ws?token=secret\\u0026v=1"}',
    '{"endpoint":"ws:\\/\\/h\\/ws?token=•••\\u0026v=1"}',
  ],
  ['Bearer eyJhbGciOiJI.eyJjdXN0.c2ln', 'Bearer eyJ•••'],
  ['broken=token', 'broken=token'],
])('masks the tokens in %s', (text, masked) => {
  expect(redact(text)).toBe(masked);
});
