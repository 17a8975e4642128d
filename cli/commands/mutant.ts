import type { Command } from 'commander';
import pc from 'picocolors';
import { SERVER_MUTANTS } from '../../contracts/mutants/server/catalogue.ts';
import type { ServerMutant } from '../../contracts/mutants/server/mutant.ts';
import { startServer } from '../../contracts/mutants/server/start-mutant.ts';
import { nearest } from '../../reports/nearest.ts';
import { CommandError, EXIT } from '../exit.ts';
import { parseInteger } from '../option-parsers.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { addMutantClientCommand } from './mutant-client.ts';

export function addMutantCommand(program: Command): void {
  const mutant = program
    .command('mutant')
    .description('Run one of the faulty subjects by which the contracts are tested.');
  mutant
    .command('server')
    .description('Serve a faulty server; without a name, list them.')
    .argument('[name]', 'which one')
    .option('-p, --port <number>', 'port; 0 takes any free one', parseInteger(0, 65_535), 0)
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, options: { port: number }) =>
      name === undefined ? listServerMutants() : serveMutant(findServerMutant(name), options.port),
    );
  addMutantClientCommand(mutant);
}

const EXAMPLES = `
Examples:
  drisc mutant server                         the faulty servers, with the rule that each one breaks
  drisc mutant server never-pings --port 4020 prints the "drisc test server" command that finds the fault
`;

function listServerMutants(): void {
  const width = Math.max(...SERVER_MUTANTS.map(({ name }) => name.length));
  for (const { name, fault, breaks } of SERVER_MUTANTS) {
    process.stdout.write(`${pc.bold(name.padEnd(width))}  ${fault} ${pc.dim(breaks)}\n`);
  }
}

function findServerMutant(name: string): ServerMutant {
  const found = SERVER_MUTANTS.find((mutant) => mutant.name === name);
  if (found) return found;
  const names = SERVER_MUTANTS.map((mutant) => mutant.name);
  const suggestion = nearest(name, names);
  const hint = suggestion === undefined ? '"drisc mutant server" lists them' : `did you mean ${suggestion}?`;
  throw new CommandError(EXIT.usage, `there is no faulty server named ${name}; ${hint}`);
}

async function serveMutant(mutant: ServerMutant, port: number): Promise<void> {
  await using server = await startServer(mutant, port);
  const { url, publisherId, secret, offers, limit, tag, pongTimeout } = server.subject;
  process.stdout.write(
    `${mutant.name} at ${pc.green(url)}: ${mutant.fault}\nIt breaks ${pc.bold(mutant.breaks)}. To see it found:\n\n` +
      `  npx drisc test server --url ${url} --publisher ${publisherId} --secret ${secret} \\\n` +
      `    ${offers.map((offer) => `--offer ${offer}`).join(' ')} --tag ${tag} --limit ${limit} --pong-timeout ${pongTimeout}ms\n\n`,
  );
  await untilInterrupted();
}
