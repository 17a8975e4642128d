import type { Command } from 'commander';
import pc from 'picocolors';
import picomatch from 'picomatch';
import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import type { Rule } from '../../protocol/rules/rule.ts';
import { CommandError, EXIT } from '../exit.ts';

interface ListRulesOptions {
  names?: boolean;
  json?: boolean;
}

/** `drisc list rules`. */
export function addListRulesCommand(list: Command): void {
  list
    .command('rules')
    .description('List the rules that servers and clients are judged by.')
    .argument('[pattern]', 'only ids that match, such as "client/gate/*"')
    .option('--names', 'print nothing but ids')
    .option('--json', 'print one JSON object a rule')
    .addHelpText('after', EXAMPLES)
    .action((pattern: string | undefined, options: ListRulesOptions) => listRules(pattern, options));
}

const EXAMPLES = `
Examples:
  drisc list rules 'server/takeover/*'
  drisc explain server/takeover/tell-victim

Exit codes: 0 something matches, 2 nothing does.
`;

function listRules(pattern: string | undefined, { names, json }: ListRulesOptions): void {
  const matches = pattern === undefined ? () => true : picomatch(pattern);
  const found = ALL_RULES.filter(({ id }) => matches(id));
  if (found.length === 0) {
    const sections = [...new Set(ALL_RULES.map(({ side, section }) => `${side}/${section}/*`))];
    throw new CommandError(
      EXIT.usage,
      `no rule matches ${JSON.stringify(pattern)}; try one of ${sections.join(', ')}`,
    );
  }
  const format = json ? (rule: Rule) => JSON.stringify(rule) : names ? ({ id }: Rule) => id : formatLine;
  process.stdout.write(`${found.map(format).join('\n')}\n`);
  if (!json && !names) process.stdout.write(pc.dim(`${found.length} of ${ALL_RULES.length} rules\n`));
}

function formatLine({ id, level, title, clause, mark }: Rule): string {
  return `${pc.bold(id.padEnd(42))} ${level.padEnd(6)} ${title} ${pc.dim(`[${mark}] ${clause}`)}`;
}
