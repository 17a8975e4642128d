import { expect, it } from 'vitest';
import { redact, redactHeaders } from './redact.ts';

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

it('masks the headers by which somebody shows who they are, whatever they hold', () => {
  const masked = redactHeaders({
    authorization: 'Bearer secret',
    'proxy-authorization': 'Basic dXNlcjpwYXNz',
    cookie: 'sid=5f1c9a77',
    'set-cookie': 'sid=5f1c9a77; HttpOnly',
    'x-api-key': 'k-123',
    'x-auth-token': 'opaque',
    'X-Api-Key': 'k-123',
    location: '/next?token=secret',
    'content-type': 'application/json',
  });
  expect(masked).toEqual({
    authorization: 'Bearer •••',
    'proxy-authorization': 'Basic •••',
    cookie: '•••',
    'set-cookie': '•••',
    'x-api-key': '•••',
    'x-auth-token': '•••',
    'X-Api-Key': '•••',
    location: '/next?token=•••',
    'content-type': 'application/json',
  });
});
