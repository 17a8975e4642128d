/** The token in an `authorization` header; the word Bearer in any case (PROTOCOL.md 2.13). */
export function readBearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
