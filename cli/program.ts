import { Command, Help } from 'commander';
import type { Option } from 'commander';
import { addCheckCommand } from './commands/check.ts';
import { addConnectCommand } from './commands/connect.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addListCommand } from './commands/list.ts';
import { addMutantCommand } from './commands/mutant.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addPlayCommand } from './commands/play.ts';
import { addCtlCommand } from './commands/ctl.ts';
import { addProxyCommand } from './commands/proxy.ts';
import { addReportCommand } from './commands/report.ts';
import { addSchemaCommand } from './commands/schema.ts';
import { addServeCommand } from './commands/serve.ts';
import { addStartCommand } from './commands/start.ts';
import { addTestCommand } from './commands/test.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addTokenCommand } from './commands/token.ts';
import { VERSION } from '../simulator/version.ts';

/** The command line: one file a command, each adds itself. */
export function createProgram(): Command {
  const program = new Command('drisc')
    .description(
      'Simulator, contract tests and conformance reports for DRISC (simultaneous session control).',
    )
    .version(VERSION)
    .configureHelp({ optionDescription: describeOption })
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride();
  addStartCommand(program);
  addServeCommand(program);
  addConnectCommand(program);
  addCtlCommand(program);
  addTokenCommand(program);
  addDoctorCommand(program);
  addTestCommand(program);
  addMutantCommand(program);
  addPlayCommand(program);
  addCheckCommand(program);
  addProxyCommand(program);
  addReportCommand(program);
  addValidateCommand(program);
  addListCommand(program);
  addExplainCommand(program);
  addSchemaCommand(program);
  return program;
}

/** That a list is empty by default goes without saying. */
function describeOption(this: Help, option: Option): string {
  return Help.prototype.optionDescription.call(this, option).replace(' (default: [])', '');
}
