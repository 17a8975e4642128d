import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pc from 'picocolors';
import { createResultWriter } from '../reports/ndjson.ts';
import type { ResultHeader } from '../reports/ndjson.ts';
import { RESULT_VERSION } from '../reports/result.ts';
import type { Result, RuleResult } from '../reports/result.ts';
import { CommandError, EXIT } from './exit.ts';
import type { ReportOptions } from './report-options.ts';
import { VERSION } from '../simulator/version.ts';

/** What a run writes down while it goes on, so that a crash leaves what was judged until then. */
export interface RunRecord {
  readonly startedAt: Date;
  rule(this: void, rule: RuleResult): void;
  finish(this: void, result: Result): void;
}

/** The file that a run is written to where `--report ndjson=…` names none. */
const UNASKED = 'run.ndjson';

/**
 * Begins the record of a run: where `--report ndjson` says, or in `--out`.
 * @throws {CommandError} where the file that was asked for cannot be written; without one, the run goes on unrecorded.
 */
export function openRunRecord(
  { report, out }: Pick<ReportOptions, 'report' | 'out'>,
  header: Pick<ResultHeader, 'kind' | 'subject' | 'seed'>,
): RunRecord {
  const startedAt = new Date();
  const asked = report.find(({ format, path }) => format.name === 'ndjson' && path !== '-');
  const file = resolve(asked?.path ?? join(out, asked?.format.file ?? UNASKED));
  const write = openLines(file, asked !== undefined);
  const tool = { name: 'drisckit', version: VERSION };
  const head = { version: RESULT_VERSION, tool, ...header, startedAt: startedAt.toISOString() } as const;
  const writer = createResultWriter(head, write);
  return {
    startedAt,
    rule: (rule) => writer.rule(rule, Date.now() - startedAt.getTime()),
    finish(result) {
      for (const rule of result.rules) writer.rule(rule, result.duration);
      const { duration, complete, coverage, notes, gate, subject, ambiguities } = result;
      writer.end({ duration, complete, coverage, notes, gate, subject, ambiguities });
      if (!complete) process.stderr.write(`${pc.dim('what was judged until then:')} ${file}\n`);
    },
  };
}

/** Hands each line to the system at once: what is written outlives this process. */
function openLines(file: string, isAsked: boolean): (line: string) => void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(file, 'w');
    return (line) => void writeSync(descriptor, line);
  } catch (cause) {
    const message = `cannot write the run to ${file}: ${(cause as Error).message}`;
    if (isAsked) throw new CommandError(EXIT.environment, message, { cause });
    process.stderr.write(`${pc.yellow('warning:')} ${message}; it is lost if it breaks off\n`);
    return () => {};
  }
}
