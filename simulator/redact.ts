const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const TOKEN_PARAMETER = /([?&]token=)[^&\s"'#]+/g;
const BEARER = /^(Bearer\s+).+$/i;

/** Masks tokens in a text: JWTs anywhere, and whatever stands in `?token=`. */
export function redact(text: string): string {
  return text.replace(TOKEN_PARAMETER, '$1•••').replace(JWT, 'eyJ•••');
}

/** Masks what the `authorization` header and cookies hold, keeping the scheme. */
export function redactHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name === 'authorization') return [name, value.replace(BEARER, '$1•••')];
      return [name, name === 'cookie' ? '•••' : redact(value)];
    }),
  );
}
