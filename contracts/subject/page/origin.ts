/** Reads an origin such as `https://drisc.example.com`. @throws {TypeError} when it has more to it, or is none. */
export function parseOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === '')
    return url;
  throw new TypeError(
    `expected an origin such as https://drisc.example.com, with nothing behind it, got ${JSON.stringify(text)}`,
  );
}
