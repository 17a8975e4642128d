import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Command } from 'commander';
import { checkRecordings } from '../../contracts/recording/check-recordings.ts';
import { readHar } from '../../contracts/recording/read-har.ts';
import { readJournal } from '../../contracts/recording/read-journal.ts';
import { RecordingError } from '../../contracts/recording/recorded-device.ts';
import type { RecordedDevice } from '../../contracts/recording/recorded-device.ts';
import { CommandError, EXIT } from '../exit.ts';
import { addPolicyOptions } from '../policy-options.ts';
import { addReportOptions, deliver } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { VERSION } from '../../simulator/version.ts';

interface CheckFlags extends ReportOptions {
  limit?: number;
}

export function addCheckCommand(program: Command): void {
  const check = program
    .command('check')
    .description('Judge a conversation that was recorded elsewhere, with no adapter: clients and server.')
    .argument(
      '<recording>',
      'a HAR with WebSocket messages, a journal of the simulator as JSON lines, or a folder with one a device',
    );
  addReportOptions(addPolicyOptions(check))
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: CheckFlags) => checkRecording(path, options));
}

const EXAMPLES = `
A HAR comes from Chrome's developer tools (Network, Export HAR with sensitive data) or from Playwright (recordHar). What a
recording does not show, such as playback, is not observable; nothing is guessed.

Exit codes: 0 conforms, 1 does not, 2 no recording that can be read, 3 no DRISC in it, 4 fault of drisc.

Examples:
  drisc check phone.har --report html
  drisc check recordings/                    phone.har and tv.har of the same evening, merged by time
`;

async function checkRecording(path: string, options: CheckFlags): Promise<void> {
  const startedAt = new Date();
  const files = await listFiles(path);
  const devices = (await Promise.all(files.map((file) => readRecording(file, files.length > 1)))).flat();
  const result = checkRecordings(devices, {
    name: path,
    tool: { name: 'drisckit', version: VERSION },
    startedAt,
    policy: { limit: options.limit },
  });
  if (devices.every(({ events }) => events.length === 0)) {
    process.stderr.write(
      `${path}: no DRISC in it: no request to …/sessions or …/takeover, and no WebSocket with its messages\n`,
    );
  }
  process.exitCode = await deliver(result, options);
}

const RECORDINGS: ReadonlySet<string> = new Set(['.har', '.json', '.jsonl', '.ndjson']);

async function listFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => RECORDINGS.has(extname(name))).toSorted();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (cause) {
    throw new CommandError(EXIT.usage, `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  throw new CommandError(EXIT.usage, `${path}: expected recordings in it: ${[...RECORDINGS].join(', ')}`);
}

/** @param isOneOfSeveral whether a device's name must say which file it is from. */
async function readRecording(file: string, isOneOfSeveral: boolean): Promise<RecordedDevice[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(EXIT.usage, `cannot read ${file}: ${(cause as Error).message}`, { cause });
  });
  try {
    const name = basename(file, extname(file));
    // A line of a journal is a whole object; a HAR goes on over many lines, or is one object with a log.
    const isJournal = /^\s*\{\s*"(seq|at|kind)"\s*:/.test(text);
    if (!isJournal) return [{ ...readHar(text, file), name }];
    return readJournal(text, file).map((device) =>
      isOneOfSeveral ? { ...device, name: `${name} ${device.name}` } : device,
    );
  } catch (error) {
    if (error instanceof RecordingError) throw new CommandError(EXIT.usage, error.message, { cause: error });
    throw error;
  }
}
