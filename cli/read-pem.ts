import { readFile } from 'node:fs/promises';
import { CommandError, EXIT } from './exit.ts';

/**
 * Reads a certificate or a key.
 * @param flag what named the file, for the error
 * @throws {CommandError} where it cannot be read.
 */
export async function readPem(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CommandError(EXIT.usage, `${flag}: cannot read ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
