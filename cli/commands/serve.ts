import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { createCertificate } from '../../simulator/host/certificate.ts';
import type { Certificate } from '../../simulator/host/certificate.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { addConfigFlags } from '../config/flags.ts';
import type { ConfigFlags } from '../config/flags.ts';
import { gatherConfig } from '../config/gather-config.ts';
import type { GatheredConfig } from '../config/gather-config.ts';
import { addConfiguredFaults, toSimulatorOptions } from '../config/simulator-options.ts';
import { watchConfig } from '../config/watch-config.ts';
import { CommandError, EXIT } from '../exit.ts';
import { requireLanAddresses } from '../lan-addresses.ts';
import { addLiveScenarios } from '../live-scenarios.ts';
import { createLog } from '../log.ts';
import { readPem } from '../read-pem.ts';
import { describeReady, formatReady } from '../serve-ready.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface ServeFlags extends ConfigFlags {
  watch?: boolean;
  json?: boolean;
  quiet?: boolean;
  scenarios?: string;
}

export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Run the simulator as a local DRISC backend.')
    .option('--watch', 'read the configuration again when it changes; sessions live on')
    .option('--scenarios <folder>', 'scenarios of your own that can be switched on, beside the library')
    .option('--json', 'print one JSON line when ready, then the journal as JSON lines')
    .addOption(new Option('-q, --quiet', 'do not print the traffic'));
  addConfigFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: ServeFlags & Record<string, unknown>) => serve(flags));
}

const EXAMPLES = `
A flag wins over an environment variable (DRISC_PORT, DRISC_PONG_TIMEOUT…), that over the configuration file, and that
over the defaults; drisc doctor shows what holds and why.

Examples:
  drisc serve                                 two offers, S100_US (2 sessions) and S200_US (1 session)
  drisc serve --port 0 --json                 any free port; its address is in the first line
  drisc serve --limit 1 --pong-timeout 2s     one session a customer, dead ones found in two seconds
  drisc serve --no-drisc                      what a client sees when the publisher switches DRISC off
  drisc serve --fault lose-frame,action=OK,times=1
                                              the first OK gets lost; kinds: drisc ctl add-fault --help
  drisc serve --clock virtual                 time stands still until drisc ctl advance-clock
  drisc serve --scenarios ./scenarios         a session called drisc:my-case is put into my-case.scenario.yaml
  drisc serve --lan --tls                     for TVs and phones of this network, over HTTPS and wss
`;

async function serve(flags: ServeFlags & Record<string, unknown>): Promise<void> {
  const gathered = await gatherConfig(flags);
  const { config, folder } = gathered;
  const log = createLog(flags.json ?? false);
  const options = await toSimulatorOptions(config, folder);
  await using simulator = createSimulator(await addLiveScenarios(options, flags.scenarios));
  const addresses = config.lan ? requireLanAddresses() : [];
  await simulator.listen({
    port: config.port,
    host: config.lan ? '0.0.0.0' : config.host,
    tls: await readTls(gathered, addresses),
  });
  const faults = addConfiguredFaults(simulator, config);
  const ready = await describeReady(simulator, { addresses, file: gathered.file });
  process.stdout.write(flags.json ? `${JSON.stringify({ event: 'ready', ...ready })}\n` : formatReady(ready));
  if (!flags.quiet) simulator.journal.subscribe((entry) => log.entry(entry));
  using _ = flags.watch ? watch(simulator, flags, gathered, faults, log) : undefined;
  await untilInterrupted();
  if (!flags.json) process.stdout.write('\nClosing.\n');
}

function watch(
  simulator: Simulator,
  flags: ServeFlags & Record<string, unknown>,
  { file, folder, config }: GatheredConfig,
  faults: readonly string[],
  log: ReturnType<typeof createLog>,
): Disposable {
  if (file === undefined) {
    throw new CommandError(
      EXIT.usage,
      '--watch: there is no configuration file to watch; give one with --config',
    );
  }
  return watchConfig({ simulator, file, folder, config, faults, log, gather: () => gatherConfig(flags) });
}

async function readTls(
  { config: { tls, host = '' }, folder }: GatheredConfig,
  addresses: readonly string[],
): Promise<Certificate | undefined> {
  if (!tls) return undefined;
  if (tls === true) {
    return createCertificate([...new Set(['localhost', '127.0.0.1', '::1', host, ...addresses])], Date.now());
  }
  const [cert, key] = await Promise.all(
    [tls.cert, tls.key].map((file) => readPem(resolve(folder, file), 'tls')),
  );
  return { cert: cert ?? '', key: key ?? '' };
}
