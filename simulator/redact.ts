import type { JournalEvent } from './journal-entry.ts';

// Only where a run of such characters begins: a search from each place in it would take time by the square.
const JWT = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
// JSON may write the ampersand as an escape, as Go does.
const TOKEN_PARAMETER = /((?:[?&]|\\u0026)token=)[^&\s"'#\\]+/gi;
const CREDENTIALS = /^([\w-]+\s+)?.*$/s;

/** Masks tokens in a text: JWTs anywhere, and whatever stands in `?token=`. */
export function redact(text: string): string {
  return text.replace(TOKEN_PARAMETER, '$1•••').replace(JWT, 'eyJ•••');
}

/** Headers that hold a scheme and then what is secret. */
const SCHEMED: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization']);

/** Headers that are secret as a whole. */
const SECRET: ReadonlySet<string> = new Set([
  'cookie',
  'set-cookie',
  'api-key',
  'apikey',
  'x-access-token',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
  'x-goog-api-key',
  'x-xsrf-token',
]);

/** Masks what credentials, cookies and keys hold, keeping the scheme; and tokens in the others. */
export function redactHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, maskHeader(name.toLowerCase(), value)]),
  );
}

function maskHeader(name: string, value: string): string {
  if (SCHEMED.has(name)) return value.replace(CREDENTIALS, '$1•••');
  return SECRET.has(name) ? '•••' : redact(value);
}

/** Masks tokens wherever an event can have them. */
export function redactEvent(event: JournalEvent): JournalEvent {
  switch (event.kind) {
    case 'request':
      return {
        ...event,
        url: redact(event.url),
        headers: redactHeaders(event.headers),
        body: redact(event.body),
      };
    case 'response':
      return { ...event, headers: redactHeaders(event.headers), body: redact(event.body) };
    case 'open':
      return { ...event, url: redact(event.url), headers: redactHeaders(event.headers) };
    case 'refused-upgrade':
      return { ...event, url: redact(event.url), message: redact(event.message) };
    case 'frame':
      return event.binary ? event : { ...event, raw: redact(event.raw) };
    case 'close':
      return { ...event, reason: redact(event.reason) };
    case 'note':
      return { ...event, text: redact(event.text) };
    case 'step':
    case 'ended':
      return event;
  }
}
