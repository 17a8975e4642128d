import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { runClientContract } from '../../contracts/client/run-client-contract.ts';
import { testServer } from '../../contracts/server/server-contract.ts';
import { resolveServerSubject } from '../../contracts/server/server-subject.ts';
import { attachCommand } from '../../contracts/subject/command-client.ts';
import { signWithSecret } from '../../contracts/subject/token-source.ts';
import { renderHtml } from '../../reports/html/page.tsx';
import type { Result } from '../../reports/result.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { DEFAULT_PUBLISHER } from '../../simulator/options.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { DEFAULT_PORT } from '../config/default-config.ts';
import { addLiveScenarios } from '../live-scenarios.ts';
import { createLog } from '../log.ts';
import { parseInteger } from '../option-parsers.ts';
import { createProgressLine } from '../progress-line.ts';
import { describeReady, formatReady } from '../serve-ready.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { VERSION } from '../../simulator/version.ts';
import { PACKAGE_ROOT } from '../package-root.ts';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description(
      'First run: serve the simulator, judge it and the example client once, and stay up as a backend.',
    )
    .option('-p, --port <number>', 'port; 0 takes any free one', parseInteger(0, 65_535), DEFAULT_PORT)
    .option('--out <folder>', 'where the reports go', '.reports')
    .action((options: StartOptions) => start(options));
}

interface StartOptions {
  port: number;
  out: string;
}

const EXAMPLE_CLIENT = `node ${JSON.stringify(join(PACKAGE_ROOT, 'examples/node-client/main.js'))}`;

const DISABLED_PUBLISHER = { id: '2000', secret: 'drisc-disabled-secret' };

async function start({ port, out }: StartOptions): Promise<void> {
  const interrupted = untilInterrupted();
  const options = { publishers: [{ ...DEFAULT_PUBLISHER }, { ...DISABLED_PUBLISHER, enabled: false }] };
  await using simulator = createSimulator(await addLiveScenarios(options));
  await simulator.listen({ port });
  process.stdout.write(`Serving at ${simulator.url}. Self-check, once:\n\n`);
  const broken = new AbortController();
  void interrupted.then(() => broken.abort());
  const checked = await Promise.race([selfCheck(simulator, out, broken.signal), interrupted]);
  if (checked !== 'checked') return;
  await simulator.reset();
  process.stdout.write(formatReady(await describeReady(simulator)));
  const log = createLog(false);
  simulator.journal.subscribe((entry) => log.entry(entry));
  await interrupted;
  process.stdout.write('\nClosing.\n');
}

/** Judges what is here by what is here: the simulator as a server, the example as a client. */
async function selfCheck(simulator: Simulator, out: string, signal: AbortSignal): Promise<'checked'> {
  await show('the simulator, by the server contract', await checkServer(simulator, signal), out);
  await show('the example client, by the client contract', await checkClient(signal), out);
  return 'checked';
}

async function checkClient(signal: AbortSignal): Promise<Result> {
  const line = createProgressLine();
  await using client = await attachCommand({ command: EXAMPLE_CLIENT, lanes: 8 });
  try {
    return await runClientContract(client, {
      tool: { name: 'drisckit', version: VERSION },
      runs: 0,
      signal,
      onProgress: ({ done, total, situation }) => line.show(done, total, situation),
    });
  } finally {
    line.end();
  }
}

/** Judges the running simulator as any other server, with the deadlines it really has. */
async function checkServer(simulator: Simulator, signal: AbortSignal): Promise<Result> {
  const offers = simulator.directory.offers();
  const subject = resolveServerSubject({
    url: simulator.url,
    publisherId: DEFAULT_PUBLISHER.id,
    tokens: signWithSecret(DEFAULT_PUBLISHER.id, DEFAULT_PUBLISHER.secret),
    offers: offers.map(({ id }) => id),
    tag: offers[0]?.tags[0],
    limit: offers[0]?.limit ?? 1,
    pongTimeout: simulator.settings.pongTimeout,
    disabledPublisher: DISABLED_PUBLISHER,
    customerPrefix: 'self-check',
  });
  const line = createProgressLine();
  try {
    return await testServer(subject, {
      seed: 1,
      runs: 40,
      concurrency: 12,
      version: VERSION,
      signal,
      onProgress: ({ done, total, name }) => line.show(done, total, name),
    });
  } finally {
    line.end();
  }
}

async function show(what: string, result: Result, out: string): Promise<void> {
  const file = resolve(out, `${result.kind}.html`);
  await mkdir(resolve(out), { recursive: true });
  await writeFile(file, renderHtml(result));
  const palette = pc.createColors(process.stdout.isTTY && pc.isColorSupported);
  const verdict = renderTerminal(result, { palette, quiet: true }).trim();
  process.stdout.write(`${pc.bold(what)}\n${verdict}\nReport: ${file}\n\n`);
}
