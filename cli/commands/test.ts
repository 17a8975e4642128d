import type { Command } from 'commander';
import { addTestClientCommand } from './test-client.ts';
import { addTestServerCommand } from './test-server.ts';

/** `drisc test …`: the contracts, a command each. */
export function addTestCommand(program: Command): void {
  const test = program.command('test').description('Judge a server or a client by the contract.');
  addTestServerCommand(test);
  addTestClientCommand(test);
}
