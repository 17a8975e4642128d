import type { Readable } from 'node:stream';

/**
 * Calls `onLine` with each line of a stream of UTF-8, and with what follows the last line end. Splits at `\n` only: from
 * Node 24 on, `node:readline` splits at U+2028 too, which JSON allows in a name.
 */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
    rest = '';
  });
}
