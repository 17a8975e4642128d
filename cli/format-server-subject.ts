import { quoteForShell } from './quote.ts';
import type { ServerSubjectFlags } from './server-subject-options.ts';

/** The flags that describe the same server, for a command line to copy. Secrets are named as variables of the shell. */
export function formatServerSubject(flags: ServerSubjectFlags): string {
  const { subject, url, publisher, secret, key, tokenCommand, tokens, offer = [], tag } = flags;
  const { limit, pongTimeout, takeover, disabledPublisher, maxRate } = flags;
  const words: [string, string | undefined][] = [
    ['--subject', quoted(subject)],
    ['--url', quoted(url)],
    ['--publisher', quoted(publisher)],
    ['--secret', secret === undefined ? undefined : '"$DRISC_SECRET"'],
    ['--key', quoted(key)],
    ['--token-command', quoted(tokenCommand)],
    ['--tokens', quoted(tokens)],
    ...offer.map((id): [string, string | undefined] => ['--offer', quoted(id)]),
    ['--tag', quoted(tag)],
    ['--limit', quoted(limit)],
    ['--pong-timeout', quoted(typeof pongTimeout === 'number' ? `${pongTimeout}ms` : pongTimeout)],
    ['--disabled-publisher', disabledPublisher && hideSecret(disabledPublisher)],
    ['--max-rate', quoted(maxRate)],
  ];
  const given = words.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${value}`]));
  return [...given, ...(takeover === false ? ['--no-takeover'] : [])].join(' ');
}

function quoted(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : quoteForShell(String(value));
}

function hideSecret(publisher: string): string {
  const [id = ''] = publisher.split(':', 1);
  return `${quoteForShell(`${id}:`)}"$DRISC_DISABLED_SECRET"`;
}
