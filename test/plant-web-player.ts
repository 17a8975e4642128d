import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The web player as it is built. */
export const WEB_PLAYER = 'dist/examples/web-player';

/** One passage of a file of the examples, and what stands in its place. */
export type Change = readonly [file: string, honest: string, changed: string];

/** Builds the web player into a folder of its own, with passages changed. @throws {Error} when one is not there once. */
export async function plantWebPlayer(...changes: Change[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drisc-web-player-'));
  for (const part of ['web-player', 'node-client']) {
    await cp(resolve('examples', part), join(folder, part), { recursive: true });
  }
  for (const [file, honest, changed] of changes) {
    const text = await readFile(join(folder, file), 'utf8');
    if (text.split(honest).length !== 2) throw new Error(`${file} does not have once: ${honest}`);
    await writeFile(
      join(folder, file),
      text.replace(honest, () => changed),
    );
  }
  const main = join(folder, 'web-player/main.js');
  await build({
    entryPoints: [main],
    outfile: main,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    nodePaths: [resolve('node_modules')],
  });
  return join(folder, 'web-player');
}
