import type { Command } from 'commander';
import pc from 'picocolors';
import { formatProblem, parseScenario } from '../../scenarios/format/parse-scenario.ts';
import { EXIT } from '../exit.ts';
import { readScenarioFile } from '../play/find-scenarios.ts';

export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .description(
      'Check scenario files without playing them: file, line, column, what is wrong, the nearest word.',
    )
    .argument('<file...>', '*.scenario.yaml files')
    .option('--json', 'print one JSON object a file')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], options: { json?: boolean }) => validate(files, options));
}

const EXAMPLES = `
Examples:
  drisc validate my.scenario.yaml
  drisc validate scenarios/*.scenario.yaml --json

Exit codes: 0 all are right, 2 one has problems or cannot be read.
`;

async function validate(files: readonly string[], { json }: { json?: boolean }): Promise<void> {
  for (const file of files) {
    const parsed = parseScenario(await readScenarioFile(file), file);
    const problems = parsed.ok ? [] : parsed.problems;
    if (problems.length > 0) process.exitCode = EXIT.usage;
    if (json) process.stdout.write(`${JSON.stringify({ file, ok: parsed.ok, problems })}\n`);
    else if (parsed.ok)
      process.stdout.write(`${pc.green('✓')} ${file}: ${parsed.scenario.steps.length} steps\n`);
    else process.stdout.write(`${problems.map(formatProblem).join('\n')}\n`);
  }
}
