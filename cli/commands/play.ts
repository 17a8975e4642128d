import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { createProcessClient } from '../../contracts/subject/process-client.ts';
import type { ClientSubject } from '../../scenarios/client-subject.ts';
import type { ScenarioOutcome } from '../../scenarios/outcome.ts';
import { playScenario } from '../../scenarios/player/play-scenario.ts';
import type { AppOrder } from '../../scenarios/player/stage.ts';
import { recordScenario } from '../../scenarios/record-scenario.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { REPORT_FORMATS } from '../../reports/formats.ts';
import type { ReportRequest } from '../../reports/formats.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { breakOffOnInterrupt } from '../break-off.ts';
import { CommandError, EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { parseDuration, parseInteger } from '../option-parsers.ts';
import { openAppPage } from '../play/app-page.ts';
import { findScenarios } from '../play/find-scenarios.ts';
import { createJsonPrinter, createTextPrinter } from '../play/play-printer.ts';
import type { PlayPrinter } from '../play/play-printer.ts';
import { DEFAULT_PORT } from '../config/default-config.ts';
import { quoteForShell } from '../quote.ts';
import { recordFree } from '../play/record-free.ts';
import { toScenarioResult } from '../play/scenario-result.ts';
import { collectReport, writeReport } from '../report-options.ts';

interface PlayCommandOptions {
  port: number;
  host: string;
  command?: string;
  page?: string;
  driver?: string;
  browser: string;
  patience?: number;
  json?: boolean;
  record?: string;
  for?: number;
  report: ReportRequest[];
  out: string;
}

export function addPlayCommand(program: Command): void {
  program
    .command('play')
    .description('Play scenarios against a client: it connects by itself, or is started and driven.')
    .argument('[scenario...]', 'names of the library, or *.scenario.yaml files; none with --record')
    .option(
      '-p, --port <number>',
      'port of the simulator; 0 takes any free one',
      parseInteger(0, 65_535),
      DEFAULT_PORT,
    )
    .option('--host <address>', 'address of this machine to listen on', '127.0.0.1')
    .option(
      '-c, --command <command>',
      'start this client for each scenario and drive it (docs/driver-protocol.md)',
    )
    .option(
      '--page <address>',
      'open this page in a browser for each scenario and drive it (docs/attach-a-client.md)',
    )
    .option(
      '--driver <file>',
      'a module that exports "driver": the CSS selectors of what to press and to read',
    )
    .option('--browser <browser>', 'chromium, firefox, webkit, or the path of a Chromium', 'chromium')
    .option('--patience <duration>', 'how long to wait for what a person does; 2m unless told', parseDuration)
    .option('--json', 'print JSON lines')
    .option('--record <file>', 'write what the client did as a new scenario: in one, or without any')
    .option(
      '--for <duration>',
      'with --record and no scenario: how long; until Ctrl-C unless told',
      parseDuration,
    )
    .option(
      '--report <format[=path]>',
      `also write a report; repeatable: ${REPORT_FORMATS.map(({ name }) => name).join(', ')}`,
      collectReport,
      [],
    )
    .option('--out <folder>', 'where reports go that have no path', '.reports')
    .addHelpText('after', EXAMPLES)
    .action((scenarios: string[], options: PlayCommandOptions) => play(scenarios, options));
}

const EXAMPLES = `
Examples:
  drisc play takeover                                                a client of yours connects, you press play
  drisc play takeover missed-pong --command "node examples/node-client/main.js"
  drisc play takeover --page ./dist --driver page.drisc.js
  drisc play ./my.scenario.yaml --port 0 --json
  drisc play --record my.scenario.yaml --for 20s --command "node my-client.js"   a scenario to start from

Exit codes: 0 all passed, 1 one failed, 2 no such scenario or a file with errors, 3 nobody connected, or broken off.
`;

async function play(names: string[], options: PlayCommandOptions): Promise<void> {
  const { port, host, command, page, patience, json } = options;
  if (command !== undefined && page !== undefined) {
    throw new CommandError(EXIT.usage, '--command and --page name a client each; give one of them');
  }
  const scenarios = await findScenarios(names);
  const printer = json
    ? createJsonPrinter(write)
    : createTextPrinter(write, {
        live: process.stdout.isTTY ?? false,
        person: (command ?? page) === undefined,
      });
  if (options.record !== undefined && scenarios.length > 1) {
    throw new CommandError(EXIT.usage, `--record takes one scenario, got ${scenarios.length}`);
  }
  if (scenarios.length === 0 && options.record === undefined) {
    throw new CommandError(
      EXIT.usage,
      'expected a scenario to play (drisc list scenarios), or --record FILE',
    );
  }
  // Without a scenario, Ctrl-C is how it ends.
  const signal = breakOffOnInterrupt(scenarios.length === 0 ? () => {} : sayBreakingOff);
  await using simulator = createSimulator();
  await simulator.listen({ port, host });
  if (!json) write(`${pc.bold('drisc')} simulator at ${pc.bold(pc.green(simulator.url))}\n`);
  await using opened = page === undefined ? undefined : await openAppPage({ ...options, page }, simulator);
  const attach = command === undefined ? opened?.attach : (order: AppOrder) => startClient(command, order);
  if (options.record !== undefined && scenarios.length === 0) {
    const driven = formatClient(options);
    const request = { file: options.record, duration: options.for, driven, printer };
    const told = await recordFree(request, { simulator, attach, patience, signal });
    if (!json) write(told);
    return;
  }
  const outcomes: ScenarioOutcome[] = [];
  for (const scenario of scenarios) {
    if (signal.aborted) break;
    outcomes.push(await playOne(scenario, printer, { simulator, attach, patience, signal }));
  }
  printer.summary(outcomes);
  const [scenario] = scenarios;
  const [outcome] = outcomes;
  if (options.record !== undefined && scenario && outcome) {
    await writeReport(options.record, recordScenario(scenario, outcome));
    if (!json) write(`recorded: ${options.record}\n`);
  }
  const isComplete = !signal.aborted;
  await writeReports(outcomes, isComplete, options);
  const exitCode = exitCodeOf(outcomes);
  process.exitCode = isComplete || exitCode !== EXIT.ok ? exitCode : EXIT.environment;
}

function sayBreakingOff(): void {
  process.stderr.write(
    '\nBreaking off: the client is ended, and what was played is written. Ctrl-C again leaves it.\n',
  );
}

/** The options that name the same client, each with a blank before it; nothing where none was named. */
function formatClient({ command, page, driver, browser }: PlayCommandOptions): string {
  const flags = Object.entries({
    command,
    page,
    driver,
    browser: page === undefined || browser === 'chromium' ? undefined : browser,
  });
  return flags
    .map(([name, value]) => (value === undefined ? '' : ` --${name} ${quoteForShell(value)}`))
    .join('');
}

async function writeReports(
  outcomes: readonly ScenarioOutcome[],
  isComplete: boolean,
  { report, out, json, command, page }: PlayCommandOptions,
): Promise<void> {
  if (report.length === 0) return;
  const facts = { ...(command === undefined ? {} : { command }), ...(page === undefined ? {} : { page }) };
  const name = command ?? page ?? 'a client that connects by itself';
  const result = toScenarioResult(outcomes, { name, facts }, isComplete);
  for (const { format, path } of report) {
    const file = resolve(path ?? join(out, format.file));
    await writeReport(file, format.render(result));
    if (!json) write(`${format.name} report: ${file}\n`);
  }
}

function write(text: string): void {
  process.stdout.write(text);
}

async function playOne(
  scenario: Scenario,
  printer: PlayPrinter,
  options: Parameters<typeof playScenario>[1],
): Promise<ScenarioOutcome> {
  printer.begin(scenario);
  const outcome = await playScenario(scenario, { ...options, onEvent: (event) => printer.event(event) });
  printer.end(outcome);
  return outcome;
}

function startClient(command: string, { baseUrl, token, sessionName, choice }: AppOrder): ClientSubject {
  const what = choice.tag === undefined ? { DRISC_OFFER_ID: choice.offerId } : { DRISC_TAG: choice.tag };
  const env = { DRISC_BASE_URL: baseUrl, DRISC_TOKEN: token, DRISC_SESSION_NAME: sessionName, ...what };
  return createProcessClient({ command, env });
}

/** A failure outweighs what could not be exercised; nothing that was not exercised counts as passed. */
function exitCodeOf(outcomes: readonly ScenarioOutcome[]): ExitCode {
  const verdicts = new Set(outcomes.map(({ verdict }) => verdict));
  if (verdicts.has('error')) return EXIT.fault;
  if (verdicts.has('fail')) return EXIT.doesNotConform;
  return verdicts.has('not-exercised') ? EXIT.environment : EXIT.ok;
}
