import { Command } from 'commander';
import pc from 'picocolors';
import { CONTROL_PATH } from '../../simulator/control/control-app.ts';
import type { Operation } from '../../simulator/control/operation.ts';
import { OPERATIONS } from '../../simulator/control/operations.ts';
import { takesBody } from '../../simulator/control/openapi.ts';
import { CommandError, EXIT } from '../exit.ts';
import { listKinds, listParameters, readArguments } from '../operation-arguments.ts';
import type { OperationArguments, OperationParameter } from '../operation-arguments.ts';

interface ControlOptions {
  url: string;
  token?: string;
}

export function addCtlCommand(program: Command): void {
  const command = program
    .command('ctl')
    .description('Look into a running simulator and put it into any state, through its control API.')
    .option(
      '--url <address>',
      'where the simulator is (DRISC_URL)',
      process.env['DRISC_URL'] ?? 'http://127.0.0.1:4010',
    )
    .option('--token <token>', 'the control token that it printed (DRISC_CONTROL_TOKEN)')
    .addHelpText('after', EXAMPLES);
  for (const operation of OPERATIONS) command.addCommand(createOperationCommand(operation, command));
}

const EXAMPLES = `
Each command answers with JSON. The token may stand in DRISC_CONTROL_TOKEN.

Examples:
  drisc ctl list-sessions customerId=1001
  drisc ctl add-ghost 1001 offerId=S100_US behaviour=mute       another device, which does not answer PING
  drisc ctl add-fault lose-frame action=OK times=1              the next OK gets lost
  drisc ctl add-fault http-error status=503 scope.customerId=1001
  drisc ctl advance-clock 5000                                  five seconds of the virtual clock
  drisc ctl wait-for-entry action=OK customerId=1001
  drisc ctl change-publisher 1000 enabled=false                 switches DRISC off
  drisc ctl switch-scenario-on limit-reached 1001               the app of this customer gets into a scenario
  drisc ctl export-har > session.har
`;

function createOperationCommand(operation: Operation, parent: Command): Command {
  return new Command(operation.id)
    .description(operation.summary)
    .helpGroup(`${operation.group[0]?.toUpperCase()}${operation.group.slice(1)}:`)
    .argument('[parameters...]', 'name=value, or the value alone for those that must be given')
    .addHelpText('after', describeParameters(operation))
    .action((given: string[]) => run(operation, given, parent.opts<ControlOptions>()));
}

function describeParameters(operation: Operation): string {
  const kinds = listKinds(operation);
  if (kinds.length === 0) return section('Parameters', listParameters(operation).map(formatParameter));
  const texts = kinds.map(({ name, description }) => {
    const own = listParameters(operation, name).filter(({ name: parameter }) => !COMMON.includes(parameter));
    return [
      `  ${pc.bold(name)}  ${description}`,
      ...own.map((parameter) => `  ${formatParameter(parameter)}`),
    ];
  });
  const common = listParameters(operation, kinds[0]?.name).filter(({ name }) => COMMON.includes(name));
  return section('Parameters of every kind', common.map(formatParameter)) + section('Kinds', texts.flat());
}

const COMMON = ['kind', 'name', 'scope', 'times', 'duration', 'probability'];

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}:\n${lines.join('\n')}\n`;
}

function formatParameter({ name, required, property }: OperationParameter): string {
  const { enum: values, default: fallback, description = '', unit, properties } = property;
  const notes = [
    unit,
    name === 'kind' ? undefined : values?.join(' | '),
    properties &&
      Object.keys(properties)
        .map((member) => `${name}.${member}=…`)
        .join(' '),
    fallback === undefined || fallback === '' ? undefined : `default ${JSON.stringify(fallback)}`,
    required ? 'required' : undefined,
  ].filter((note) => note !== undefined);
  return `  ${name.padEnd(14)} ${description} ${pc.dim(notes.length > 0 ? `(${notes.join('; ')})` : '')}`.trimEnd();
}

async function run(operation: Operation, given: readonly string[], options: ControlOptions): Promise<void> {
  const { url, token = process.env['DRISC_CONTROL_TOKEN'] } = options;
  const answer = await send(operation, read(operation, given), url, token);
  if (!answer.ok) throw await explain(answer, operation);
  if (operation.mediaType !== undefined) return copy(answer);
  process.stdout.write(`${JSON.stringify(await answer.json(), null, 2)}\n`);
}

function read(operation: Operation, given: readonly string[]): OperationArguments {
  try {
    return readArguments(operation, given);
  } catch (error) {
    const message = `${operation.id}: ${(error as Error).message} (see drisc ctl ${operation.id} --help)`;
    throw new CommandError(EXIT.usage, message, { cause: error });
  }
}

async function send(
  operation: Operation,
  { path, query, body }: OperationArguments,
  base: string,
  token: string | undefined,
): Promise<Response> {
  const route = operation.route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value !== undefined) return encodeURIComponent(value);
    throw new CommandError(EXIT.usage, `${operation.id}: expected ${name}`);
  });
  const url = `${base.replace(/\/$/, '')}${CONTROL_PATH}${route}?${new URLSearchParams(query)}`;
  try {
    return await fetch(url, {
      method: operation.method.toUpperCase(),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(takesBody(operation) ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    const message = `no simulator answers at ${base}; start one with drisc serve, or give its address with --url`;
    throw new CommandError(EXIT.environment, message, { cause: error });
  }
}

async function explain(answer: Response, operation: Operation): Promise<CommandError> {
  const text = await answer.text();
  const exitCode = answer.status === 400 || answer.status === 401 ? EXIT.usage : EXIT.environment;
  return new CommandError(exitCode, `${operation.id}: ${readMessage(text) ?? `answered ${answer.status}`}`);
}

function readMessage(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

async function copy(answer: Response): Promise<void> {
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) process.stdout.write(chunk);
}
