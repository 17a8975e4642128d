import { resolve } from 'node:path';
import { createJiti } from 'jiti';
import { parsePageDriver } from '../contracts/subject/page/page-driver.ts';
import type { PageDriver } from '../contracts/subject/page/page-driver.ts';
import { CommandError, EXIT } from './exit.ts';

/**
 * Reads the driver of a page from a JavaScript or TypeScript file that exports `driver`.
 * @throws {CommandError} when the file cannot be run, or exports something else.
 */
export async function loadPageDriver(file: string): Promise<PageDriver> {
  // Reads TypeScript on every Node, and afresh each time.
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false });
  let module: { driver?: unknown };
  try {
    module = await jiti.import<{ driver?: unknown }>(resolve(file));
  } catch (cause) {
    throw new CommandError(EXIT.usage, `${file} cannot be run: ${(cause as Error).message}`, { cause });
  }
  try {
    return parsePageDriver(module.driver, file);
  } catch (cause) {
    throw new CommandError(EXIT.usage, (cause as Error).message, { cause });
  }
}
