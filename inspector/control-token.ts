const KEPT_AS = 'drisc-control-token';

/**
 * The control token: from the fragment of the page's address, which no server is ever sent, or as it was kept for this
 * tab. It is taken off the address, so that neither a bookmark nor a shared screen has it.
 */
export function readControlToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    sessionStorage.setItem(KEPT_AS, given);
    history.replaceState(null, '', location.pathname);
  }
  return given ?? sessionStorage.getItem(KEPT_AS) ?? undefined;
}

/** Keeps a token for as long as the tab lives. */
export function keepControlToken(token: string): void {
  sessionStorage.setItem(KEPT_AS, token);
}
