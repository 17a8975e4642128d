import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import pc from 'picocolors';
import { parseReportOption, REPORT_FORMATS } from '../reports/formats.ts';
import type { ReportRequest } from '../reports/formats.ts';
import type { Result } from '../reports/result.ts';
import { renderTerminal } from '../reports/terminal.ts';
import { exitCodeOf } from '../reports/verdict.ts';
import type { FailOn } from '../reports/verdict.ts';

/** What every command that judges takes about its report. */
export interface ReportOptions {
  report: ReportRequest[];
  out: string;
  failOn: FailOn;
  quiet?: boolean;
}

/** Adds `--report`, `--out`, `--fail-on` and `--quiet`. */
export function addReportOptions(command: Command): Command {
  const formats = REPORT_FORMATS.map(({ name, summary }) => `${name} (${summary})`).join(', ');
  return command
    .option('--report <format[=path]>', `also write a report; repeatable: ${formats}`, collectReport, [])
    .option('--out <folder>', 'where reports go that have no path', '.reports')
    .option('--fail-on <level>', 'what makes the exit code 1: must, or should as well', parseFailOn, 'must')
    .option('-q, --quiet', 'print the verdict and the failures only');
}

function collectReport(text: string, earlier: ReportRequest[]): ReportRequest[] {
  try {
    return [...earlier, parseReportOption(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseFailOn(text: string): FailOn {
  if (text === 'must' || text === 'should') return text;
  throw new InvalidArgumentError('Expected must or should.');
}

/** Prints a result, writes the reports that were asked for, and gives the exit code. */
export async function deliver(
  result: Result,
  { report, out, failOn, quiet }: ReportOptions,
): Promise<number> {
  const palette = pc.createColors(process.stdout.isTTY && pc.isColorSupported);
  process.stdout.write(`${renderTerminal(result, { palette, quiet, failOn })}\n`);
  for (const { format, path } of report) {
    const file = resolve(path ?? join(out, `${result.kind}.${format.extension}`));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, format.render(result, { failOn }));
    process.stdout.write(`${format.name} report: ${file}\n`);
  }
  return exitCodeOf(result, { failOn });
}
