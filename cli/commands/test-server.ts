import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import pc from 'picocolors';
import picomatch from 'picomatch';
import type { RecordedReplay } from '../../contracts/generate/replay-file.ts';
import { explainSilence } from '../../contracts/server/device.ts';
import { planServerContract, testServer } from '../../contracts/server/server-contract.ts';
import type { Progress, ServerContractOptions } from '../../contracts/server/server-contract.ts';
import type { ServerSubject } from '../../contracts/server/server-subject.ts';
import { smokeServer } from '../../contracts/server/smoke.ts';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import type { Result } from '../../reports/result.ts';
import { breakOffOnInterrupt, brokenOff } from '../break-off.ts';
import { CommandError, EXIT } from '../exit.ts';
import { formatServerSubject } from '../format-server-subject.ts';
import { parseDuration, parseInteger } from '../option-parsers.ts';
import { addStrictOption } from '../gate-options.ts';
import { createProgressLine } from '../progress-line.ts';
import { addReportOptions, deliver } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { addServerSubjectOptions, readServerSubject } from '../server-subject-options.ts';
import type { ServerSubjectFlags } from '../server-subject-options.ts';
import { readReplay, writeReplays } from '../replay-files.ts';
import { openRunRecord } from '../run-record.ts';
import type { RunRecord } from '../run-record.ts';
import { VERSION } from '../../simulator/version.ts';

interface TestServerOptions extends ReportOptions, ServerSubjectFlags {
  seed: number;
  runs: number;
  budget: number;
  concurrency: number;
  rules?: string;
  replay?: RecordedReplay;
  dryRun?: boolean;
}

export function addTestServerCommand(test: Command): void {
  const command = test
    .command('server')
    .description(
      'Judge a DRISC server: every rule, and conversations of several devices with the model as oracle.',
    )
    .addArgument(new Argument('[phase]', 'smoke: first contact only, in a second or two').choices(['smoke']));
  addServerSubjectOptions(command)
    .option('--seed <number>', 'decides which conversations are made up', parseInteger(0), 1)
    .option('--runs <number>', 'how many conversations to make up', parseInteger(0), 100)
    .addOption(
      new Option('--budget <duration>', 'no conversation is made up after this time')
        .argParser(parseDuration)
        .default(20_000, '20s'),
    )
    .option('--concurrency <number>', 'how many checks at a time', parseInteger(1, 64), 12)
    .option('--rules <glob>', 'judge only these rules, such as "server/takeover/*"')
    .option(
      '--replay <token|file>',
      'do one case again, by the token in the report, or by a file of --out/replay: it says where the server drifts',
      readReplay,
    )
    .option('--dry-run', 'say what would be done, and send nothing');
  addReportOptions(addStrictOption(command))
    .addHelpText('after', EXAMPLES)
    .action((phase: 'smoke' | undefined, options: TestServerOptions) => {
      refuseEmptySelection(options.rules);
      const subject = readServerSubject(options);
      if (options.dryRun) return describePlan(subject, options);
      return phase === 'smoke' ? smoke(subject) : runContract(subject, options);
    });
}

const EXAMPLES = `
Only customers of its own (or those of --tokens) are used, and every session is ended, also after Ctrl-C.

Exit codes: 0 conforms · 1 does not · 2 usage · 3 not reached, broken off, or nothing exercised · 4 fault of drisc

Examples:
  drisc test server smoke --url http://127.0.0.1:4010 --publisher 1000 --secret drisc-simulator-secret \\
      --offer S100_US --limit 2
  drisc test server --subject staging.yaml --report html --report junit=drisc.xml
  drisc test server --subject staging.yaml --rules 'server/liveness/*' --max-rate 20
  drisc test server --subject staging.yaml --replay drisc1.eyJ…     the case of a failure, and nothing else
  drisc test server --url https://other.example … --replay .reports/replay/server-takeover-new-name.json
`;

/** A glob that no rule fits would make a run that judges nothing. @throws {CommandError} */
function refuseEmptySelection(glob: string | undefined): void {
  if (glob === undefined || SERVER_RULES.some(({ id }) => picomatch.isMatch(id, glob))) return;
  const sections = [...new Set(SERVER_RULES.map(({ section }) => `server/${section}/*`))];
  const message = `--rules: no rule matches ${JSON.stringify(glob)}; try one of ${sections.join(', ')}`;
  throw new CommandError(EXIT.usage, message);
}

function describePlan(subject: ServerSubject, options: TestServerOptions): void {
  const plan = planServerContract(subject, contractOptions(options));
  const { url, limit, pongTimeout, customers } = subject;
  process.stdout.write(
    `${plan.length} cases against ${url}, ${options.concurrency} at a time, ` +
      `limit ${limit}, PONG deadline ${formatDeadline(pongTimeout)}, ` +
      `${customers.count === Infinity ? 'made-up customers' : `${customers.count} given customers`}:\n` +
      `${plan.map((name) => `  ${name}`).join('\n')}\nNothing was sent.\n`,
  );
}

function formatDeadline(pongTimeout: number | 'auto'): string {
  return pongTimeout === 'auto' ? pongTimeout : `${pongTimeout} ms`;
}

async function smoke(subject: ServerSubject): Promise<void> {
  const interrupt = breakOffOnInterrupt(sayBreakingOff);
  const steps = await smokeServer(subject, interrupt).catch((error: unknown) => {
    throw interrupt.aborted ? brokenOff() : error;
  });
  for (const { title, works, detail, cause } of steps) {
    process.stdout.write(`${works ? pc.green('✓') : pc.red('✗')} ${title} ${pc.dim(detail)}\n`);
    if (cause !== undefined) process.stdout.write(`  ${pc.bold('likely:')} ${cause}\n`);
  }
  const [first] = steps;
  if (steps.every(({ works }) => works))
    process.stdout.write('First contact works; "drisc test server" judges the rest.\n');
  else process.exitCode = first?.works ? EXIT.doesNotConform : EXIT.environment;
}

async function runContract(subject: ServerSubject, options: TestServerOptions): Promise<void> {
  const interrupt = breakOffOnInterrupt(sayBreakingOff);
  await reach(subject, interrupt);
  const { seed } = options;
  const record = openRunRecord(options, { kind: 'server', subject: { name: subject.url, facts: {} }, seed });
  const result = await judge(subject, options, interrupt, record);
  process.exitCode = await deliver(result, options, record);
  if (!options.replay) await writeReplays(result, options);
}

function sayBreakingOff(): void {
  process.stderr.write('\nBreaking off: ending the sessions that are open. Ctrl-C again leaves them.\n');
}

/** A server that does not answer at all is no failure of a rule. */
async function reach({ url }: ServerSubject, interrupt: AbortSignal): Promise<void> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(10_000), interrupt]);
    await fetch(`${url}/sessions`, { method: 'OPTIONS', signal });
  } catch (cause) {
    if (interrupt.aborted) return;
    throw new CommandError(
      EXIT.environment,
      `cannot reach ${url}: ${explainSilence(cause)}; check the address, and that the server is up`,
      { cause },
    );
  }
}

function contractOptions(options: TestServerOptions): ServerContractOptions {
  const { seed, runs, budget, concurrency, rules, replay } = options;
  const replayCommand = `npx drisc test server ${formatServerSubject(options)}`;
  return { seed, runs, budget, concurrency, rules, replay, version: VERSION, replayCommand };
}

/** Runs the contract with a line of progress, and says at once which rule breaks. */
async function judge(
  subject: ServerSubject,
  options: TestServerOptions,
  signal: AbortSignal,
  record: RunRecord,
): Promise<Result> {
  const line = createProgressLine();
  const onProgress = ({ done, total, name, broken }: Progress): void => {
    if (broken !== undefined && !options.quiet) line.say(`${pc.red('✗')} ${broken} ${pc.dim(`(${name})`)}`);
    line.show(done, total, name);
  };
  try {
    const { rule: onRule, startedAt } = record;
    return await testServer(subject, { ...contractOptions(options), signal, onProgress, onRule, startedAt });
  } finally {
    line.end();
  }
}
