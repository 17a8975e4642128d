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

/** Masks what the `authorization` header and cookies hold, keeping the scheme. */
export function redactHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name === 'authorization') return [name, value.replace(CREDENTIALS, '$1•••')];
      return [name, name === 'cookie' ? '•••' : redact(value)];
    }),
  );
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
