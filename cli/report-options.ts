import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import pc from 'picocolors';
import { parseReportOption, REPORT_FORMATS } from '../reports/formats.ts';
import type { ReportRequest } from '../reports/formats.ts';
import { suggestKnownFailing } from '../reports/known-failing.ts';
import type { Result } from '../reports/result.ts';
import { renderTerminal } from '../reports/terminal.ts';
import { exitCodeOf } from '../reports/verdict.ts';
import { CommandError, EXIT } from './exit.ts';
import { addGateOptions, holdAgainstGate } from './gate-options.ts';
import type { GateOptions } from './gate-options.ts';
import type { RunRecord } from './run-record.ts';

/** What every command that judges takes about its report. */
export interface ReportOptions extends GateOptions {
  report: ReportRequest[];
  out: string;
  quiet?: boolean;
}

/** Adds `--report`, `--out`, `--quiet` and the options of the gate. */
export function addReportOptions(command: Command): Command {
  const formats = REPORT_FORMATS.map(({ name, summary }) => `${name} (${summary})`).join(', ');
  return addGateOptions(command)
    .option(
      '--report <format[=path]>',
      `also write a report; repeatable; the path - is standard output: ${formats}`,
      collectReport,
      [],
    )
    .option('--out <folder>', 'where reports go that have no path', '.reports')
    .option('-q, --quiet', 'print the verdict and the failures only');
}

/** Reads one `--report`, beside those before it. @throws {InvalidArgumentError} */
export function collectReport(text: string, earlier: ReportRequest[]): ReportRequest[] {
  try {
    return [...earlier, parseReportOption(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/**
 * Ends a run: holds the result against the gate, prints it, writes the reports that were asked for.
 * @param record what was written while the run went on; it gets its end.
 * @returns the exit code.
 */
export async function deliver(result: Result, options: ReportOptions, record?: RunRecord): Promise<number> {
  const { report, out, failOn, quiet } = options;
  const held = await holdAgainstGate(result, options);
  record?.finish(held);
  const suggest = options.suggestKnownFailing ?? false;
  // Whatever is read by a program has standard output to itself.
  const isAlone = suggest || report.some(({ path }) => path === '-');
  if (!isAlone) {
    const palette = pc.createColors(process.stdout.isTTY && pc.isColorSupported);
    process.stdout.write(`${renderTerminal(held, { palette, quiet, failOn })}\n`);
  }
  if (suggest) process.stdout.write(suggestKnownFailing(held, { failOn }) || NOTHING_TO_SUGGEST);
  for (const { format, path } of report) {
    const text = format.render(held, { failOn });
    if (path === '-') {
      process.stdout.write(text);
      continue;
    }
    const file = resolve(path ?? join(out, format.file));
    await writeReport(file, text);
    if (!isAlone) process.stdout.write(`${format.name} report: ${file}\n`);
  }
  return exitCodeOf(held, { failOn });
}

const NOTHING_TO_SUGGEST = '# Nothing is broken that is not known already.\n';

/** @throws {CommandError} where the file cannot be written. */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (cause) {
    throw new CommandError(EXIT.environment, `cannot write the report ${file}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
