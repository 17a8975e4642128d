import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { testServer } from '../../contracts/server/server-contract.ts';
import { resolveServerSubject } from '../../contracts/server/server-subject.ts';
import { signWithSecret } from '../../contracts/subject/token-source.ts';
import { renderHtml } from '../../reports/html/page.tsx';
import type { Result } from '../../reports/result.ts';
import { renderTerminal } from '../../reports/terminal.ts';
import { DEFAULT_PUBLISHER } from '../../simulator/options.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { DEFAULT_PORT } from '../config/default-config.ts';
import { createLog } from '../log.ts';
import { parseInteger } from '../option-parsers.ts';
import { createProgressLine } from '../progress-line.ts';
import { describeReady, formatReady } from '../serve-ready.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { VERSION } from '../version.ts';

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

const DISABLED_PUBLISHER = { id: '2000', secret: 'drisc-disabled-secret' };

async function start({ port, out }: StartOptions): Promise<void> {
  const interrupted = untilInterrupted();
  await using simulator = createSimulator({
    publishers: [{ ...DEFAULT_PUBLISHER }, { ...DISABLED_PUBLISHER, enabled: false }],
  });
  await simulator.listen({ port });
  process.stdout.write(`Self-check of the simulator at ${simulator.url}\n`);
  const checked = await Promise.race([checkServer(simulator), interrupted.then(() => undefined)]);
  if (!checked) return;
  await show(checked, out);
  await simulator.reset();
  process.stdout.write(formatReady(await describeReady(simulator)));
  const log = createLog(false);
  simulator.journal.subscribe((entry) => log.entry(entry));
  await interrupted;
  process.stdout.write('\nClosing.\n');
}

/** Judges the running simulator as any other server, with the deadlines it really has. */
async function checkServer(simulator: Simulator): Promise<Result> {
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
      onProgress: ({ done, total, name }) => line.show(done, total, name),
    });
  } finally {
    line.end();
  }
}

async function show(result: Result, out: string): Promise<void> {
  const file = resolve(out, `${result.kind}.html`);
  await mkdir(resolve(out), { recursive: true });
  await writeFile(file, renderHtml(result));
  const palette = pc.createColors(process.stdout.isTTY && pc.isColorSupported);
  process.stdout.write(`${renderTerminal(result, { palette, quiet: true })}\nReport: ${pc.bold(file)}\n`);
}
