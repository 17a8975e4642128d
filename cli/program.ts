import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addConnectCommand } from './commands/connect.ts';
import { addServeCommand } from './commands/serve.ts';

const { version } = createRequire(import.meta.url)('drisckit/package.json') as { version: string };

/** The command line: one file a command, each adds itself. */
export function createProgram(): Command {
  const program = new Command('drisc')
    .description(
      'Simulator, contract tests and conformance reports for DRISC (simultaneous session control).',
    )
    .version(version)
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride();
  addServeCommand(program);
  addConnectCommand(program);
  return program;
}
