import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteForShell } from './quote.ts';

const HOSTILE = [
  '',
  "it's",
  '"$(touch pwned)"',
  '`id`',
  '$HOME',
  'a\nb',
  '*',
  '~',
  'a;b&c|d',
  '!!',
  '\\',
  '🎬',
];

describe('quoteForShell', () => {
  it('writes what a shell reads as the same word', () => {
    const words = [...HOSTILE, 'https://drisc.example:4010/a', 'client/gate/x=1', '--flag'];
    const line = `printf '%s\\0' ${words.map(quoteForShell).join(' ')}`;
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
  });

  it('leaves a plain word as it is, for people to read', () => {
    expect(quoteForShell('https://drisc.example:4010/a')).toBe('https://drisc.example:4010/a');
  });
});
