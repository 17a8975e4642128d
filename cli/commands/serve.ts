import type { Command } from 'commander';
import pc from 'picocolors';
import { DEFAULT_OFFERS, DEFAULT_PUBLISHER } from '../../simulator/options.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { formatJournalLine } from '../journal-line.ts';
import { parseInteger } from '../option-parsers.ts';
import { addSettingOptions, pickSettings } from '../setting-options.ts';
import { untilInterrupted } from '../until-interrupted.ts';

/** The port that `drisc serve` takes unless told. */
export const DEFAULT_PORT = 4010;

/** Long enough for a day's work with a printed token. */
const TOKEN_LIFETIME = 24 * 3_600_000;

interface ServeOptions {
  port: number;
  host: string;
  limit?: number;
  takeover: boolean;
  drisc: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Run the simulator as a local DRISC backend.')
    .option('-p, --port <number>', 'port; 0 takes any free one', parseInteger(0, 65_535), DEFAULT_PORT)
    .option('--host <address>', 'address of this machine to listen on', '127.0.0.1')
    .option('--limit <sessions>', 'sessions allowed per customer, at every offer', parseInteger(0))
    .option('--no-takeover', 'switch takeover off')
    .option('--no-drisc', 'switch DRISC off: every create is answered "disabled"')
    .option('--json', 'print one JSON line when ready, then the journal as JSON lines')
    .option('-q, --quiet', 'do not print the traffic');
  addSettingOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((options: ServeOptions & Record<string, unknown>) => serve(options));
}

const EXAMPLES = `
Examples:
  drisc serve                                 two offers, S100_US (2 sessions) and S200_US (1 session)
  drisc serve --port 0 --json                 any free port; its address is in the first line
  drisc serve --limit 1 --pong-timeout 2s     one session a customer, dead ones found in two seconds
  drisc serve --no-drisc                      what a client sees when the publisher switches DRISC off
`;

async function serve(options: ServeOptions & Record<string, unknown>): Promise<void> {
  const { port, host, limit, takeover, drisc, json, quiet } = options;
  await using simulator = createSimulator({
    publishers: [{ ...DEFAULT_PUBLISHER, enabled: drisc, takeover }],
    offers: DEFAULT_OFFERS.map((offer) => ({ ...offer, limit: limit ?? offer.limit })),
    settings: pickSettings(options),
  });
  await simulator.listen({ port, host });
  const ready = await describeReady(simulator);
  process.stdout.write(json ? `${JSON.stringify({ event: 'ready', ...ready })}\n` : formatReady(ready));
  if (!quiet) printTraffic(simulator, json ?? false);
  await untilInterrupted();
  if (!json) process.stdout.write('\nClosing.\n');
}

/** What a user needs to begin: addresses, secrets, tokens. */
interface Ready {
  url: string;
  publisherId: string;
  secret: string;
  offers: { id: string; tags: readonly string[]; limit: number }[];
  tokens: { customerId: string; token: string }[];
  controlToken: string;
}

export async function describeReady(simulator: Simulator): Promise<Ready> {
  const tokens = ['1001', '1002'].map(async (customerId) => ({
    customerId,
    token: await simulator.token({ customerId, lifetime: TOKEN_LIFETIME }),
  }));
  return {
    url: simulator.url,
    publisherId: DEFAULT_PUBLISHER.id,
    secret: DEFAULT_PUBLISHER.secret,
    offers: simulator.directory.offers().map(({ id, tags, limit }) => ({ id, tags, limit })),
    tokens: await Promise.all(tokens),
    controlToken: simulator.controlToken,
  };
}

export function formatReady({ url, publisherId, secret, offers, tokens, controlToken }: Ready): string {
  const offerLines = offers.map(
    ({ id, tags, limit }) =>
      `  ${pc.bold(id)}  ${limit} ${limit === 1 ? 'session' : 'sessions'}, tag ${tags.join(', ')}`,
  );
  const tokenLines = tokens.map(({ customerId, token }) => `  ${customerId}  ${token}`);
  return `
${pc.bold('drisc')} simulator at ${pc.bold(pc.green(url))}   publisher ${publisherId}, secret ${secret}

Offers
${offerLines.join('\n')}

Tokens for two customers, good for 24 hours
${tokenLines.join('\n')}

Try it: create a session, then connect to it as a device would
${pc.cyan(`  curl -s -X POST ${url}/sessions \\
    -H 'Authorization: Bearer ${tokens[0]?.token}' \\
    -d '{"sessionName":"Living room","offerId":"${offers[0]?.id}"}'
  npx drisc connect '<the endpoint in the answer>'`)}

Look inside and change things with drisc ctl: ${pc.cyan(`drisc ctl --url ${url} --token ${controlToken} list-pools`)}
Ctrl-C ends it.
`;
}

export function printTraffic(simulator: Simulator, json: boolean): void {
  simulator.journal.subscribe((entry) => {
    const line = json ? JSON.stringify(entry) : formatJournalLine(entry);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  });
}
