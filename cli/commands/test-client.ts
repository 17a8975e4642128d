import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import pc from 'picocolors';
import picomatch from 'picomatch';
import { hasPlayed } from '../../contracts/client/has-played.ts';
import { decodeSituation } from '../../contracts/client/replay.ts';
import { runClientContract } from '../../contracts/client/run-client-contract.ts';
import type { ClientContractOptions } from '../../contracts/client/run-client-contract.ts';
import type { Situation } from '../../contracts/client/situation.ts';
import type { AttachedClient } from '../../contracts/subject/attached-client.ts';
import { SubjectError } from '../../contracts/subject/subject-error.ts';
import { CLIENT_RULES } from '../../protocol/rules/client-rules.ts';
import type { Result } from '../../reports/result.ts';
import { addAttachmentOptions, attachClient, formatAttachment } from '../attach-client.ts';
import type { AttachmentOptions } from '../attach-client.ts';
import { breakOffOnInterrupt } from '../break-off.ts';
import { CommandError, EXIT } from '../exit.ts';
import { createProgressLine } from '../progress-line.ts';
import { parseInteger } from '../option-parsers.ts';
import { addReportOptions, deliver } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { openRunRecord } from '../run-record.ts';
import { VERSION } from '../../simulator/version.ts';

interface TestClientOptions extends ReportOptions, AttachmentOptions {
  seed: number;
  runs?: number;
}

export function addTestClientCommand(test: Command): void {
  const command = test
    .command('client')
    .description(
      'Judge a DRISC client: drisc plays the server, the other devices, the network and the user.',
    );
  addAttachmentOptions(command)
    .option('--rules <glob>', 'judge only these rules, such as "client/takeover/*"')
    .option('--seed <number>', 'decides which situations are made up', parseInteger(0), 1)
    .option(
      '--runs <number>',
      'how many situations to make up, for a client that is driven; 12 unless told',
      parseInteger(0),
    )
    .option('--replay <token>', 'play one situation again; the token is in the report', readReplay);
  addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: TestClientOptions) => testClient(options));
}

const EXAMPLES = `
Exit codes: 0 conforms · 1 does not · 2 usage · 3 not started, or nothing exercised · 4 fault of drisc

Examples:
  drisc test client --command "node examples/node-client/main.js"
  drisc test client --command "python3 my_client.py" --rules 'client/gate/*' --report html
  drisc test client --module client.ts                      an object of defineClient, from drisckit/contracts
  drisc test client --page 'http://localhost:5173/?api={baseUrl}&token={token}&offer={offerId}&tag={tag}'
  drisc test client --page ./dist --driver page.drisc.js --browser firefox
  drisc test client --page https://app.example.com --intercept https://drisc.example.com --driver page.drisc.js
  drisc test client --wait --lan --rules 'client/takeover/*'   a TV or a phone in your hand
  drisc test client --command "…" --seed 7 --runs 200        what nobody thought of, for a night
  drisc test client --command "…" --replay drisc1.eyJ…      the situation of a failure, and nothing else
`;

function readReplay(text: string): Situation {
  try {
    return decodeSituation(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function testClient(options: TestClientOptions): Promise<void> {
  const judges = selectRules(options.rules);
  const signal = breakOffOnInterrupt(sayBreakingOff);
  try {
    await using client = await attachClient(options, signal);
    const record = openRunRecord(options, {
      kind: 'client',
      subject: { name: client.name, facts: {} },
      seed: options.seed,
    });
    const { rule: onRule, startedAt } = record;
    const { seed, runs } = options;
    const more = { judges, signal, onRule, startedAt, seed, runs };
    const result = await judge(client, options, more);
    const exitCode = await deliver(result, options, record);
    process.exitCode =
      exitCode === EXIT.ok && client.driven && !hasPlayed(result) ? refuseToPass() : exitCode;
  } catch (error) {
    if (error instanceof SubjectError) {
      const exitCode = error.code === 'BadModule' ? EXIT.usage : EXIT.environment;
      throw new CommandError(exitCode, error.message, { cause: error });
    }
    throw error;
  }
}

function sayBreakingOff(): void {
  process.stderr.write(
    '\nBreaking off: what is being played is played to its end, and what was judged is reported. Ctrl-C again leaves it.\n',
  );
}

/** @throws {CommandError} where no rule fits. */
function selectRules(glob: string | undefined): ((rule: string) => boolean) | undefined {
  if (glob === undefined) return undefined;
  const judges = picomatch(glob);
  if (CLIENT_RULES.some(({ id }) => judges(id))) return (rule) => judges(rule);
  const sections = [...new Set(CLIENT_RULES.map(({ section }) => `client/${section}/*`))];
  throw new CommandError(
    EXIT.usage,
    `--rules: no rule matches ${JSON.stringify(glob)}; try one of ${sections.join(', ')}`,
  );
}

async function judge(
  client: AttachedClient,
  options: TestClientOptions,
  more: ClientContractOptions,
): Promise<Result> {
  const line = createProgressLine();
  const seen = new Set<string>();
  try {
    return await runClientContract(client, {
      ...more,
      tool: { name: 'drisckit', version: VERSION },
      replayCommand: (token) => `npx drisc test client ${formatAttachment(options)} --replay ${token}`,
      ...(options.replay ? { situations: [options.replay] } : {}),
      onProgress({ done, total, situation, broken }) {
        for (const rule of broken) {
          if (!seen.has(rule) && !options.quiet)
            line.say(`${pc.red('✗')} ${rule} ${pc.dim(`(${situation})`)}`);
          seen.add(rule);
        }
        line.show(done, total, situation);
      },
    });
  } finally {
    line.end();
  }
}

function refuseToPass(): number {
  process.stderr.write(
    `${pc.red('error:')} the client never played when OK came, so nothing about stopping was put to the test\n`,
  );
  return EXIT.environment;
}
