import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import picomatch from 'picomatch';
import pc from 'picocolors';
import { listLibraryNames, readLibraryScenario } from '../../scenarios/library.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { CommandError, EXIT } from '../exit.ts';
import { addListRulesCommand } from './list-rules.ts';

interface ListOptions {
  tag: string[];
  rule?: string;
  names?: boolean;
  json?: boolean;
}

export function addListCommand(program: Command): void {
  const list = program.command('list').description('List what comes with drisc.');
  list
    .command('scenarios')
    .description('List the scenarios of the library.')
    .argument('[pattern]', 'only names that match, such as "takeover*"')
    .option('-t, --tag <tag>', 'only with this tag; repeatable, all must be there', collect, [])
    .option('-r, --rule <pattern>', 'only that exercise such a rule, such as "client/recovery/*"')
    .option('--names', 'print nothing but names, for drisc play $(…)')
    .option('--json', 'print one JSON object a scenario')
    .addHelpText('after', EXAMPLES)
    .action((pattern: string | undefined, options: ListOptions) => listScenarios(pattern, options));
  addListRulesCommand(list);
}

const EXAMPLES = `
Examples:
  drisc list scenarios --tag takeover
  drisc play $(drisc list scenarios --names --rule 'client/recovery/*') --command "node my-client.js"

Exit codes: 0 something matches, 2 nothing does.
`;

function collect(tag: string, earlier: string[]): string[] {
  if (!/^[a-z0-9-]+$/.test(tag))
    throw new InvalidArgumentError('Expected small letters, digits and hyphens.');
  return [...earlier, tag];
}

async function listScenarios(
  pattern: string | undefined,
  { tag, rule, names, json }: ListOptions,
): Promise<void> {
  const all = await Promise.all((await listLibraryNames()).map(readLibraryScenario));
  const matchesName = pattern === undefined ? () => true : picomatch(pattern);
  const matchesRule = rule === undefined ? undefined : picomatch(rule);
  const found = all.filter(
    (scenario) =>
      matchesName(scenario.name) &&
      tag.every((each) => scenario.tags.includes(each)) &&
      (!matchesRule || scenario.rules.some((id) => matchesRule(id))),
  );
  if (found.length === 0) {
    const tags = [...new Set(all.flatMap((scenario) => scenario.tags))].sort();
    throw new CommandError(EXIT.usage, `no scenario matches; the tags are ${tags.join(', ')}`);
  }
  const format = json ? formatJson : names ? (scenario: Scenario) => scenario.name : formatLine;
  process.stdout.write(`${found.map(format).join('\n')}\n`);
  if (!json && !names) process.stdout.write(pc.dim(`${found.length} of ${all.length} scenarios\n`));
}

function formatLine({ name, title, tags }: Scenario): string {
  return `${pc.bold(name.padEnd(26))} ${title} ${pc.dim(`[${tags.join(', ')}]`)}`;
}

function formatJson({ name, title, why, rules, tags, file, steps }: Scenario): string {
  return JSON.stringify({ name, title, why, rules, tags, file, steps: steps.length });
}
