import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { formatServerSubject } from './format-server-subject.ts';
import type { ServerSubjectFlags } from './server-subject-options.ts';

const FLAGS: ServerSubjectFlags = {
  subject: 'my server.yaml',
  url: 'https://drisc.example/?a=1&b=$(id)',
  publisher: '10 00',
  secret: 's3cret of the publisher',
  key: "it's.pem",
  tokenCommand: `mint "$DRISC_CUSTOMER_ID" 'x'`,
  tokens: 'tokens;ls',
  offer: ['A*', 'B\n🎬'],
  tag: '`id`',
  limit: 2,
  pongTimeout: 900,
  takeover: false,
  disabledPublisher: '20 00:another:s3cret',
  maxRate: 20,
};

describe('formatServerSubject', () => {
  it('writes every flag as a shell reads it, and no secret', () => {
    const text = formatServerSubject(FLAGS);
    expect(text).not.toContain('s3cret');
    const env = { ...process.env, DRISC_SECRET: 'one', DRISC_DISABLED_SECRET: 'two' };
    const read = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8', env });
    const words = read.split('\0').slice(0, -1);
    expect(words.splice(-5)).toEqual([
      '--disabled-publisher',
      '20 00:two',
      '--max-rate',
      '20',
      '--no-takeover',
    ]);
    expect(words.filter((_, index) => index % 2 === 1)).toEqual([
      FLAGS.subject,
      FLAGS.url,
      FLAGS.publisher,
      'one',
      FLAGS.key,
      FLAGS.tokenCommand,
      FLAGS.tokens,
      ...FLAGS.offer!,
      FLAGS.tag,
      '2',
      '900ms',
    ]);
  });

  it('leaves out what was not said', () => {
    expect(formatServerSubject({ subject: 'staging.yaml', takeover: true, pongTimeout: 'auto' })).toBe(
      '--subject staging.yaml --pong-timeout auto',
    );
  });
});
