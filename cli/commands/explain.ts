import type { Command } from 'commander';
import pc from 'picocolors';
import { CLIENT_MUTANTS } from '../../contracts/mutants/client/catalogue.ts';
import { SERVER_MUTANTS } from '../../contracts/mutants/server/catalogue.ts';
import { MARK_WORDS } from '../../reports/verdict-words.ts';
import { ALL_RULES } from '../../protocol/rules/all-rules.ts';
import { exampleOf } from '../../protocol/rules/examples.ts';
import { SOURCES } from '../../protocol/rules/rule.ts';
import type { Rule } from '../../protocol/rules/rule.ts';
import { nearest } from '../../reports/nearest.ts';
import { CommandError, EXIT } from '../exit.ts';

export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description(
      'Explain a rule: what it asks, where that is from, why, an example, and the faults that it finds.',
    )
    .argument('<rule>', 'the id of a rule, as in a report; "drisc list rules" has them all')
    .addHelpText('after', EXAMPLES)
    .action((id: string) => void process.stdout.write(explain(findRule(id))));
}

const EXAMPLES = `
Exit codes: 0 explained, 2 there is no such rule.

Examples:
  drisc explain client/gate/no-play-before-ok
  drisc list rules 'server/takeover/*'
`;

/** @throws {CommandError} that names the nearest rule. */
function findRule(id: string): Rule {
  const rule = ALL_RULES.find((candidate) => candidate.id === id);
  if (rule) return rule;
  const suggestion = nearest(
    id,
    ALL_RULES.map((candidate) => candidate.id),
  );
  const hint = suggestion === undefined ? '"drisc list rules" has them all' : `did you mean ${suggestion}?`;
  throw new CommandError(EXIT.usage, `there is no rule ${JSON.stringify(id)}; ${hint}`);
}

function explain(rule: Rule): string {
  const { id, level, title, text, clause, mark, sources, why, ambiguity, since } = rule;
  const from = sources.map((name) => `${name} ${pc.dim(SOURCES[name])}`);
  const parts = [
    `${pc.bold(id)}  ${pc.yellow(level)}\n${title}`,
    section('What it asks', [text, pc.dim(`PROTOCOL.md ${clause}, in the rule set since ${since}`)]),
    section('Where it is from', [
      `[${mark}] ${MARK_WORDS[mark].meaning}`,
      ...from,
      ...describeAmbiguity(ambiguity),
    ]),
    section('Why it matters', [why]),
    ...describeExample(rule),
    section('Faults that it finds', describeMutants(rule)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return `${pc.bold(title)}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function describeAmbiguity(ambiguity: string | undefined): string[] {
  return ambiguity === undefined ? [] : [`The sources leave a choice: ${ambiguity}, PROTOCOL.md section 7.`];
}

function describeExample(rule: Rule): string[] {
  const example = exampleOf(rule);
  if (!example) return [];
  return [section(pc.green('✓ Right'), example.right), section(pc.red('✗ Wrong'), example.wrong)];
}

function describeMutants({ id, side }: Rule): string[] {
  const mutants = side === 'server' ? SERVER_MUTANTS : CLIENT_MUTANTS;
  const found = mutants.filter(({ breaks }) => breaks === id);
  if (found.length === 0) return ['Those that take a page in a browser to show.'];
  return [
    ...found.map(({ name, fault }) => `${name.padEnd(26)} ${fault}`),
    pc.dim(`See one: drisc mutant ${side} ${found[0]?.name}`),
  ];
}
