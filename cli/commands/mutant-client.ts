import type { Command } from 'commander';
import pc from 'picocolors';
import { CLIENT_MUTANTS } from '../../contracts/mutants/client/catalogue.ts';
import { ReferenceClient } from '../../contracts/mutants/client/reference-client.ts';
import { runAsProcess } from '../../contracts/mutants/client/run-process.ts';
import { nearest } from '../../reports/nearest.ts';
import { CommandError, EXIT } from '../exit.ts';

/** The conforming client, which the mutants are made of. */
const REFERENCE = 'reference';

export function addMutantClientCommand(mutant: Command): void {
  mutant
    .command('client')
    .description('Be a faulty client that speaks the driver protocol; without a name, list them.')
    .argument('[name]', `which one; "${REFERENCE}" is the one without a fault`)
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined) => (name === undefined ? listClientMutants() : runClient(name)));
}

const EXAMPLES = `
Examples:
  drisc mutant client                                             the faulty clients, with the rule that each one breaks
  drisc test client --command "npx drisc mutant client mute"      finds the fault
`;

function listClientMutants(): void {
  const width = Math.max(...CLIENT_MUTANTS.map(({ name }) => name.length));
  for (const { name, fault, breaks } of CLIENT_MUTANTS) {
    process.stdout.write(`${pc.bold(name.padEnd(width))}  ${fault} ${pc.dim(breaks)}\n`);
  }
}

async function runClient(name: string): Promise<void> {
  if (name === REFERENCE) return runAsProcess(ReferenceClient, process.env);
  const found = CLIENT_MUTANTS.find((mutant) => mutant.name === name);
  if (found) return runAsProcess(found.client, process.env);
  const suggestion = nearest(
    name,
    CLIENT_MUTANTS.map((mutant) => mutant.name),
  );
  const hint = suggestion === undefined ? '"drisc mutant client" lists them' : `did you mean ${suggestion}?`;
  throw new CommandError(EXIT.usage, `there is no faulty client named ${name}; ${hint}`);
}
