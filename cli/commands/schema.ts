import type { Command } from 'commander';
import pc from 'picocolors';
import { nearest } from '../../reports/nearest.ts';
import { CommandError, EXIT } from '../exit.ts';
import { formatSchema, PUBLISHED_FORMATS } from '../published-schemas.ts';

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('Print the JSON Schema of a file format, for editors and for programs that write it.')
    .argument('[name]', 'which one; without it, they are listed')
    .addHelpText('after', EXAMPLES)
    .action(printSchema);
}

const EXAMPLES = `
Examples:
  drisc schema
  drisc schema scenario > scenario.schema.json
      # yaml-language-server: $schema=./scenario.schema.json     in the first line of a scenario

Exit codes: 0 printed, 2 there is none of that name.
`;

function printSchema(name: string | undefined): void {
  if (name === undefined) {
    const lines = PUBLISHED_FORMATS.map(({ name, about }) => `${pc.bold(name.padEnd(16))} ${about}`);
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const format = PUBLISHED_FORMATS.find((one) => one.name === name);
  if (format) process.stdout.write(formatSchema(format));
  else throw new CommandError(EXIT.usage, explainUnknown(name));
}

function explainUnknown(name: string): string {
  const names = PUBLISHED_FORMATS.map((format) => format.name);
  const near = nearest(name, names);
  return `there is no schema ${JSON.stringify(name)}; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`;
}
