import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import pc from 'picocolors';
import { parseReplayToken } from '../../contracts/generate/replay-token.ts';
import type { Replay } from '../../contracts/generate/replay-token.ts';
import { testServer } from '../../contracts/server/server-contract.ts';
import type { Progress } from '../../contracts/server/server-contract.ts';
import { resolveServerSubject } from '../../contracts/server/server-subject.ts';
import type { ServerSubject } from '../../contracts/server/server-subject.ts';
import type { Result } from '../../reports/result.ts';
import { CommandError, EXIT } from '../exit.ts';
import { parseDuration, parseInteger } from '../option-parsers.ts';
import { createProgressLine } from '../progress-line.ts';
import { addReportOptions, deliver } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { VERSION } from '../version.ts';

interface TestServerOptions extends ReportOptions {
  url: string;
  publisher: string;
  secret: string;
  offer: string[];
  tag?: string;
  limit: number;
  pongTimeout: number;
  takeover: boolean;
  disabledPublisher?: { id: string; secret: string };
  seed: number;
  runs: number;
  concurrency: number;
  rules?: string;
  replay?: Replay;
}

export function addTestServerCommand(test: Command): void {
  const command = test
    .command('server')
    .description(
      'Judge a DRISC server: every rule, and conversations of several devices with the model as oracle.',
    )
    .requiredOption('--url <url>', "the server's base URL, such as https://drisc.example")
    .requiredOption('--publisher <id>', 'a publisher of the server')
    .addOption(
      new Option('--secret <secret>', "the publisher's secret (HS256)")
        .env('DRISC_SECRET')
        .makeOptionMandatory(),
    )
    .requiredOption('--offer <id>', 'an offer; a second one lets pools be told apart', collect, [])
    .requiredOption(
      '--limit <sessions>',
      'sessions allowed per customer at the first offer',
      parseInteger(1, 100),
    )
    .option('--tag <tag>', 'a tag of the first offer')
    .option('--pong-timeout <duration>', "the server's deadline for PONG", parseDuration, 5_000)
    .option('--no-takeover', 'takeover is switched off at the publisher')
    .option('--disabled-publisher <id:secret>', 'a publisher with DRISC switched off', parseDisabledPublisher)
    .option('--seed <number>', 'decides which conversations are made up', parseInteger(0), 1)
    .option('--runs <number>', 'how many conversations to make up', parseInteger(0), 100)
    .option('--concurrency <number>', 'how many checks at a time', parseInteger(1, 64), 8)
    .option('--rules <glob>', 'judge only these rules, such as "server/takeover/*"')
    .option('--replay <token>', 'do one case again; the token is in the report', readReplay);
  addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: TestServerOptions) => runTestServer(options));
}

const EXAMPLES = `
Exit codes: 0 conforms · 1 does not · 2 usage · 3 not reached, or nothing exercised · 4 fault of drisc

Examples:
  drisc test server --url http://127.0.0.1:4010 --publisher 1000 --secret drisc-simulator-secret \\
      --offer S100_US --offer S200_US --tag live --limit 2
  drisc test server … --rules 'server/liveness/*' --pong-timeout 3s --report html --report junit=drisc.xml
  drisc test server … --replay drisc1.eyJ…          the case of a failure, and nothing else
`;

function collect(text: string, earlier: string[]): string[] {
  return [...earlier, text];
}

function parseDisabledPublisher(text: string): { id: string; secret: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('Expected an id, a colon and a secret.');
  return { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}

export function readReplay(text: string): Replay {
  try {
    return parseReplayToken(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function runTestServer(options: TestServerOptions): Promise<void> {
  const subject = readSubject(options);
  await reach(subject);
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const result = await judge(subject, options, interrupt.signal);
  process.exitCode = await deliver(result, options);
}

function readSubject(options: TestServerOptions): ServerSubject {
  const { url, publisher, secret, offer, tag, limit, pongTimeout, takeover, disabledPublisher } = options;
  try {
    return resolveServerSubject({
      url,
      publisherId: publisher,
      secret,
      offers: offer,
      tag,
      limit,
      pongTimeout,
      takeover,
      disabledPublisher,
      customerPrefix: `drisckit-${Date.now().toString(36)}`,
    });
  } catch (error) {
    throw new CommandError(EXIT.usage, (error as Error).message, { cause: error });
  }
}

/** A server that does not answer at all is no failure of a rule. */
async function reach({ url }: ServerSubject): Promise<void> {
  try {
    await fetch(`${url}/sessions`, { method: 'OPTIONS', signal: AbortSignal.timeout(10_000) });
  } catch (cause) {
    const detail =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new CommandError(
      EXIT.environment,
      `cannot reach ${url}: ${detail}; check the address, and that the server is up`,
      { cause },
    );
  }
}

/** Runs the contract with a line of progress, and says at once which rule breaks. */
async function judge(
  subject: ServerSubject,
  options: TestServerOptions,
  signal: AbortSignal,
): Promise<Result> {
  const { seed, runs, concurrency, rules, replay, quiet } = options;
  const line = createProgressLine();
  const onProgress = ({ done, total, name, broken }: Progress): void => {
    if (broken !== undefined && !quiet) line.say(`${pc.red('✗')} ${broken} ${pc.dim(`(${name})`)}`);
    line.show(done, total, name);
  };
  try {
    return await testServer(subject, {
      seed,
      runs,
      concurrency,
      rules,
      replay,
      signal,
      onProgress,
      version: VERSION,
      replayCommand: formatCommand(options),
    });
  } finally {
    line.end();
  }
}

/** The command without what a replay does not need. Secrets stay in the environment. */
function formatCommand(options: TestServerOptions): string {
  const { url, publisher, offer, tag, limit, pongTimeout, takeover, disabledPublisher } = options;
  const words = [
    'npx drisc test server',
    `--url ${url}`,
    `--publisher ${publisher}`,
    '--secret "$DRISC_SECRET"',
  ];
  words.push(...offer.map((id) => `--offer ${id}`), `--limit ${limit}`, `--pong-timeout ${pongTimeout}ms`);
  if (tag !== undefined) words.push(`--tag ${tag}`);
  if (!takeover) words.push('--no-takeover');
  if (disabledPublisher) words.push(`--disabled-publisher ${disabledPublisher.id}:"$DRISC_DISABLED_SECRET"`);
  return words.join(' ');
}
