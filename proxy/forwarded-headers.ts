/** Headers about one connection and not about the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Names and values in turn, as `rawHeaders` has them: with their case, their order and their repeats. */
export type RawHeaders = readonly string[];

/** The headers of a request as they go to the target: all but those of the connection; `host` names the target. */
export function forwardRequestHeaders(headers: RawHeaders, host: string): string[] {
  const isFramed = hasHeader(headers, 'content-length') || hasHeader(headers, 'transfer-encoding');
  const kept = mapHeaders(dropHopByHop(headers), (name, value) => (name === 'host' ? host : value));
  // How a body is framed is a matter of the connection; without this Node would announce one to a POST that has none.
  if (!isFramed) return [...kept, 'content-length', '0'];
  return hasHeader(headers, 'transfer-encoding') ? [...kept, 'transfer-encoding', 'chunked'] : kept;
}

/** The headers of an upgrade as they go to the target: all; `host` names the target. */
export function forwardUpgradeHeaders(headers: RawHeaders, host: string): string[] {
  return mapHeaders(headers, (name, value) => (name === 'host' ? host : value));
}

/** The headers of a message without those of its connection. */
export function dropHopByHop(headers: RawHeaders): string[] {
  const nominated = new Set(
    readHeader(headers, 'connection')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return filterHeaders(headers, (name) => !HOP_BY_HOP.has(name) && !nominated.has(name));
}

/** Leaves headers out by their names, which come in lower case. */
export function filterHeaders(headers: RawHeaders, keep: (name: string) => boolean): string[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 && keep(name.toLowerCase()) ? [name, headers[index + 1] ?? ''] : [],
  );
}

/** Replaces values by their names, which come in lower case. */
export function mapHeaders(headers: RawHeaders, change: (name: string, value: string) => string): string[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 ? [name, change(name.toLowerCase(), headers[index + 1] ?? '')] : [],
  );
}

/** The values of a header, joined; empty where it is not there. */
export function readHeader(headers: RawHeaders, wanted: string): string {
  return headers
    .flatMap((name, index) =>
      index % 2 === 0 && name.toLowerCase() === wanted ? [headers[index + 1] ?? ''] : [],
    )
    .join(', ');
}

function hasHeader(headers: RawHeaders, wanted: string): boolean {
  return headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
}

/** Headers as the journal has them: names in lower case, repeats joined. */
export function showHeaders(headers: RawHeaders): Record<string, string> {
  const shown: Record<string, string> = {};
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    const value = headers[index + 1] ?? '';
    shown[name] = shown[name] === undefined ? value : `${shown[name]}, ${value}`;
  }
  return shown;
}
