import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { formatReplayFile, parseReplayFile } from '../contracts/generate/replay-file.ts';
import type { RecordedReplay } from '../contracts/generate/replay-file.ts';
import { isReplayToken, parseReplayToken } from '../contracts/generate/replay-token.ts';
import type { Result } from '../reports/result.ts';
import { writeReport } from './report-options.ts';
import type { ReportOptions } from './report-options.ts';

/** Reads `--replay`: a token, or the name of a file. @throws {InvalidArgumentError} */
export function readReplay(text: string): RecordedReplay {
  try {
    return isReplayToken(text) ? parseReplayToken(text) : parseReplayFile(readFileSync(text, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Writes a file for each rule that broke, beside the reports: it plays the failure again, also elsewhere. */
export async function writeReplays({ rules, subject }: Result, { out, quiet }: ReportOptions): Promise<void> {
  const folder = resolve(out, 'replay');
  const texts = rules.flatMap(({ id, failures: [failure] }) => {
    const text = failure && formatReplayFile(id, subject.name, failure);
    return text === undefined ? [] : [[join(folder, `${id.replaceAll('/', '-')}.json`), text] as const];
  });
  for (const [file, text] of texts) await writeReport(file, text);
  if (texts.length > 0 && !quiet) process.stderr.write(`${pc.dim('to play again what broke:')} ${folder}\n`);
}
