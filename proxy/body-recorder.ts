import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** The largest body that is recorded, in bytes. */
export const LARGEST_BODY = 1024 * 1024;

/** What is kept of a body while it passes. */
export interface BodyRecorder {
  take(chunk: Buffer): void;
  /** The bytes; nothing where there are more than are kept. */
  bytes(): Buffer | undefined;
  /** How many bytes have passed. */
  readonly size: number;
}

/** @param most bytes; of a body with more nothing is kept */
export function createBodyRecorder(most: number): BodyRecorder {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    take(chunk) {
      size += chunk.length;
      if (size > most) chunks = [];
      else chunks.push(chunk);
    },
    bytes: () => (size > most ? undefined : Buffer.concat(chunks)),
    get size() {
      return size;
    },
  };
}

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: object) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/**
 * The text of a body.
 * @param coding the header `content-encoding`; empty where there is none
 * @param most bytes that it may grow to
 * @returns nothing where its coding is not known, or it is not what that says.
 */
export function decodeBody(bytes: Buffer, coding: string, most: number): string | undefined {
  if (coding === '' || coding === 'identity') return bytes.toString();
  const decode = DECODERS[coding.trim().toLowerCase()];
  try {
    return decode?.(bytes, { maxOutputLength: most }).toString();
  } catch {
    return undefined;
  }
}
