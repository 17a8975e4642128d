import { readFile } from 'node:fs/promises';
import { ReportError } from '../reports/report-error.ts';
import { CommandError, EXIT } from './exit.ts';

/**
 * Reads a file that the user named.
 * @throws {CommandError} with the exit code of a wrong flag, where it cannot be read or `parse` refuses it.
 */
export async function readUserFile<Content>(
  file: string,
  parse: (text: string, file: string) => Content,
): Promise<Content> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandError(EXIT.usage, `cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  return asUsageError(() => parse(text, file));
}

/** Lets what is wrong with a user's file end as a wrong flag does. */
export function asUsageError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReportError) throw new CommandError(EXIT.usage, error.message, { cause: error });
    throw error;
  }
}
