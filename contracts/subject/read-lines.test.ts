import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { readLines } from './read-lines.ts';

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
}

it('splits at \\n and nowhere else', async () => {
  expect(await linesOf('a\u2028b\u2029c\u0085d\re\n', '\nf\r\ng')).toEqual([
    'a\u2028b\u2029c\u0085d\re',
    '',
    'f',
    'g',
  ]);
});

it('puts together what comes in pieces, a character cut in two as well', async () => {
  const bytes = new TextEncoder().encode('"🎬"\n');
  expect(await linesOf(bytes.subarray(0, 3), bytes.subarray(3), 'x', 'y\n')).toEqual(['"🎬"', 'xy']);
});
