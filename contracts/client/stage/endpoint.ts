/**
 * The endpoint that the stage hands out for the server's token: another path, another parameter before the token and
 * escapes that mean the same when they are written in another way. It is a legal endpoint (PROTOCOL.md 3.11) that
 * differs from what a client could put together itself.
 * @param url of the request that is answered; the endpoint has its host.
 */
export function decorateEndpoint(url: string, token: string): { url: string; token: string } {
  const { host, protocol } = new URL(url);
  const scheme = protocol === 'https:' ? 'wss' : 'ws';
  return { url: `${scheme}://${host}/live/v1%2e0/?edge=a%7eb+c&token=${token}&hop=`, token };
}
