import pc from 'picocolors';
import { pino } from 'pino';
import type { Logger } from 'pino';
import pretty from 'pino-pretty';
import type { JournalEntry } from '../simulator/journal.ts';
import { formatJournalLine } from './journal-line.ts';

/** Where a command says what happens: lines for people, or one JSON object a line for machines. */
export interface Log {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  /** An entry of the journal; in JSON with all that it has. */
  entry(entry: JournalEntry): void;
}

/** @param json one JSON object a line, with `event` saying what it is; otherwise text */
export function createLog(json: boolean, destination: NodeJS.WritableStream = process.stdout): Log {
  const logger = json ? createJsonLogger(destination) : createPrettyLogger(destination);
  return {
    info: (message, fields = {}) => logger.info({ event: 'log', ...fields }, message),
    warn: (message, fields = {}) =>
      logger.warn({ event: 'log', ...fields }, json ? message : pc.yellow(message)),
    entry(entry) {
      if (json) logger.info({ event: 'journal', ...entry });
      else {
        const line = formatJournalLine(entry);
        if (line !== undefined) logger.info(line);
      }
    },
  };
}

function createJsonLogger(destination: NodeJS.WritableStream): Logger {
  return pino(
    { base: null, timestamp: false, formatters: { level: (level) => ({ level }) }, messageKey: 'message' },
    destination,
  );
}

/** The journal's lines have the simulator's time, so the logger adds none. */
function createPrettyLogger(destination: NodeJS.WritableStream): Logger {
  const stream = pretty({
    destination,
    sync: true,
    ignore: 'pid,hostname,time,level',
    hideObject: true,
  });
  return pino({ base: null, timestamp: false }, stream);
}
