import { join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { compareResults } from '../../reports/compare.ts';
import type { Comparison } from '../../reports/compare.ts';
import { renderComparisonMarkdown, renderComparisonText } from '../../reports/comparison-text.ts';
import { renderComparisonHtml } from '../../reports/html/comparison-page.tsx';
import { mergeResults } from '../../reports/merge.ts';
import { readResult } from '../../reports/read-result.ts';
import { CommandError, EXIT } from '../exit.ts';
import { asUsageError, readUserFile } from '../read-file.ts';
import { addStrictOption } from '../gate-options.ts';
import { addReportOptions, collectReport, deliver, writeReport } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';

export function addReportCommand(program: Command): void {
  const report = program
    .command('report')
    .description('Show the result of an earlier run again, also of one that was killed, in any format.')
    .argument('<result>', 'a result as JSON, or the lines that a run writes while it goes on');
  addReportOptions(addStrictOption(report))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ReportOptions) => {
      process.exitCode = await deliver(await readUserFile(file, readResult), options);
    });
  addMergeCommand(report);
  addCompareCommand(report);
}

const EXAMPLES = `
Exit codes: 0 conforms, 1 does not or the gate is closed, 2 usage, 3 nothing was exercised or the run broke off,
4 fault of drisc.

Examples:
  drisc report result.json --report html=report.html --report junit=junit.xml
  drisc report result.json --report github=- --report markdown="$GITHUB_STEP_SUMMARY"
  drisc report result.json --known-failing known.yaml --require-observed 'server/limit/**'
  drisc report result.json --suggest-known-failing > known.yaml
`;

function addMergeCommand(report: Command): void {
  const merge = report
    .command('merge')
    .description('Join the results of one run that was split into shards.')
    .argument('<results...>', 'two results or more, of one kind and one subject');
  addReportOptions(merge)
    .addHelpText('after', '\nExample:\n  drisc report merge shard-*.json --report json=result.json\n')
    // `drisc report` has options of the same names, and commander gives them to it wherever they stand.
    .action(async (files: string[], _: ReportOptions, command: Command) => {
      const results = await Promise.all(files.map((file) => readUserFile(file, readResult)));
      const merged = asUsageError(() => mergeResults(results));
      process.exitCode = await deliver(merged, command.optsWithGlobals<ReportOptions>());
    });
}

const COMPARISONS: Record<string, (comparison: Comparison) => string> = {
  text: renderComparisonText,
  markdown: renderComparisonMarkdown,
  json: (comparison) => `${JSON.stringify(comparison, null, 2)}\n`,
};

function addCompareCommand(report: Command): void {
  report
    .command('compare')
    .description('Set results side by side: what broke, what was fixed, what is not observed any more.')
    .argument('<before>', 'a result; changes are told from this one')
    .argument('<after...>', 'one result or more; changes are told to the last one')
    .option(
      '--report <html[=path]>',
      'also write a page; comparison.html in --out unless told',
      collectReport,
      [],
    )
    .addOption(
      new Option('--format <format>', 'how to show it').choices(Object.keys(COMPARISONS)).default('text'),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing new is broken, 1 something is, 2 usage.\n\nExample:\n  drisc report compare main.json branch.json --format markdown\n  drisc report compare vendor.json ours.json --report html=comparison.html\n',
    )
    .action(async (before: string, after: string[], { format }: { format: string }, command: Command) => {
      const files = [before, ...after];
      const results = await Promise.all(files.map((file) => readUserFile(file, readResult)));
      const comparison = compareResults(files.map((label, index) => ({ label, result: results[index]! })));
      const options = command.optsWithGlobals<ReportOptions>();
      // Whatever is read by a program has standard output to itself.
      if (options.report.every(({ path }) => path !== '-'))
        process.stdout.write(COMPARISONS[format]!(comparison));
      // `drisc report` has an option of the same name, and commander gives it to that wherever it stands.
      await writePages(comparison, options);
      process.exitCode = comparison.rules.some(({ change }) => change === 'new')
        ? EXIT.doesNotConform
        : EXIT.ok;
    });
}

async function writePages(
  comparison: Comparison,
  { report, out }: Pick<ReportOptions, 'report' | 'out'>,
): Promise<void> {
  for (const { format, path } of report) {
    if (format.name !== 'html') {
      const message = `--report ${format.name}: a comparison is written as html; --format has text, markdown and json`;
      throw new CommandError(EXIT.usage, message);
    }
    const page = renderComparisonHtml(comparison);
    if (path === '-') process.stdout.write(page);
    else await writeReport(resolve(path ?? join(out, 'comparison.html')), page);
  }
}
