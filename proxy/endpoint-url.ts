/**
 * What an endpoint or the line of an upgrade says. A path is one of the server, `//[` too, as it stands on the line.
 * @returns nothing where it cannot be read: anybody may write anything there.
 */
export function parseEndpointUrl(url: string): URL | undefined {
  const whole = url.startsWith('/') ? `ws://server${url}` : url;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}
