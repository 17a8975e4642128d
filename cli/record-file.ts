import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalEntry } from '../simulator/journal.ts';
import { CommandError, EXIT } from './exit.ts';

/** The record of what passes, as JSON lines. */
export interface RecordFile extends Disposable {
  /** Never throws: those who pass something on do not stop because a disk is full. */
  write(entry: JournalEntry): void;
  /** Whether an entry could not be written: then the record ends before it, with a whole line. */
  readonly isCut: boolean;
}

/**
 * Opens a file anew. Each line is handed to the system at once: it outlives a crash, and a slow disk holds the proxy back.
 * @param say is told, once, where the record ends too early
 * @throws {CommandError} where it cannot be opened.
 */
export function openRecordFile(file: string, say: (message: string) => void): RecordFile {
  const descriptor = open(file);
  let size = 0;
  let isCut = false;
  return {
    get isCut() {
      return isCut;
    },
    write(entry) {
      if (isCut) return;
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      try {
        writeFileSync(descriptor, line);
        size += line.length;
      } catch (error) {
        isCut = true;
        cutTo(descriptor, size);
        say(`the record ends here: ${(error as Error).message}`);
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  } catch (cause) {
    const message = `cannot write the record: ${(cause as Error).message}`;
    throw new CommandError(EXIT.environment, message, { cause });
  }
}

/** Takes back the half of a line that a full disk still had room for. */
function cutTo(descriptor: number, size: number): void {
  try {
    ftruncateSync(descriptor, size);
  } catch {
    // A pipe or a device keeps what it was given.
  }
}
