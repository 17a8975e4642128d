import { describe, expect, it } from 'vitest';
import { driscPathOf } from './drisc-path.ts';

describe('driscPathOf', () => {
  it.each([
    ['/sessions', 'sessions'],
    ['/takeover?x=1', 'takeover'],
    ['/drisc/v1/sessions/', 'sessions'],
    ['https://drisc.example/v1/takeover#a', 'takeover'],
    ['https://drisc.example:4010/sessions?next=/takeover', 'sessions'],
    ['//sessions', 'sessions'],
    ['https://sessions', undefined],
    ['https://drisc.example/login?next=/sessions', undefined],
    ['/sessions/1', undefined],
    ['/my-sessions', undefined],
    ['', undefined],
  ])('reads %s as %s', (url, name) => {
    expect(driscPathOf(url)).toBe(name);
  });
});
