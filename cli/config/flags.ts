import type { Command } from 'commander';
import { faultSchema } from '../../simulator/faults/fault-kinds.ts';
import type { Fault } from '../../simulator/faults/fault-kinds.ts';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { OPERATIONS } from '../../simulator/control/operations.ts';
import { readArguments } from '../operation-arguments.ts';
import { parseInteger } from '../option-parsers.ts';
import { addSettingOptions, pickSettings } from '../setting-options.ts';
import { ConfigError } from './config-error.ts';

/** The flags that say the same as a configuration file, and which file that is. */
export interface ConfigFlags {
  config?: string | false;
  port?: number;
  host?: string;
  lan?: boolean;
  tls?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  clock?: 'real' | 'virtual';
  seed?: number;
  limit?: number;
  takeover: boolean;
  drisc: boolean;
  fault?: string[];
  controlToken?: string;
  openControl?: boolean;
  showTokens?: boolean;
}

/** Adds the flags that say the same as a configuration file. */
export function addConfigFlags(command: Command): Command {
  command
    .option(
      '-c, --config <file>',
      'the configuration; drisc.config.{ts,js,json,yaml} in this folder unless told',
    )
    .option('--no-config', 'read no configuration file')
    .option('-p, --port <number>', 'port; 0 takes any free one (4010)', parseInteger(0, 65_535))
    .option('--host <address>', 'address of this machine to listen on (127.0.0.1)')
    .option('--lan', 'let devices of the local network in; prints the address as a QR code')
    .option('--tls', 'speak HTTPS and wss, with a certificate of its own making')
    .option('--tls-cert <file>', 'speak HTTPS and wss, with this certificate (PEM)')
    .option('--tls-key <file>', 'the key of that certificate (PEM)')
    .option('--clock <kind>', 'real, or virtual: stands still until drisc ctl advance-clock', parseClock)
    .option('--seed <number>', 'decides what faults with a probability do', parseInteger(0))
    .option('--limit <sessions>', 'sessions allowed per customer, at every offer', parseInteger(0))
    .option('--no-takeover', 'switch takeover off')
    .option('--no-drisc', 'switch DRISC off: every create is answered "disabled"')
    .option('--fault <kind,name=value…>', 'something that goes wrong on purpose; may be given again', collect)
    .option('--control-token <token>', 'the token of the control API; a random one unless told')
    .option('--open-control', 'let programs of this machine use the control API without a token')
    .option('--show-tokens', 'leave tokens in logs and in the journal as they are');
  return addSettingOptions(command);
}

function parseClock(text: string): string {
  if (text === 'real' || text === 'virtual') return text;
  throw new ConfigError([
    { where: '--clock', message: `expected real or virtual, got ${JSON.stringify(text)}` },
  ]);
}

function collect(text: string, former: string[] = []): string[] {
  return [...former, text];
}

/** Reads flags as a configuration. @throws {ConfigError} on a fault that there is not */
export function readFlags(options: ConfigFlags & Record<string, unknown>): DriscConfig {
  const { port, host, lan, clock, seed, showTokens, controlToken, openControl } = options;
  const config = {
    port,
    host,
    lan,
    clock,
    seed,
    showTokens,
    tls: readTls(options),
    settings: pickSettings(options),
    control: { token: controlToken, openToLoopback: openControl },
    faults: options.fault?.map(readFault),
  };
  return config;
}

function readTls({ tls, tlsCert, tlsKey }: ConfigFlags): DriscConfig['tls'] {
  if (tlsCert === undefined && tlsKey === undefined) return tls;
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: tlsCert, key: tlsKey };
  const where = tlsCert === undefined ? '--tls-key' : '--tls-cert';
  throw new ConfigError([{ where, message: 'expected both --tls-cert and --tls-key' }]);
}

function readFault(text: string): Fault {
  const operation = OPERATIONS.find(({ id }) => id === 'add-fault');
  if (!operation) throw new Error('the operation add-fault has gone');
  try {
    return faultSchema.parse(readArguments(operation, text.split(',')).body) as Fault;
  } catch (cause) {
    throw new ConfigError([{ where: `--fault ${text}`, message: (cause as Error).message }], { cause });
  }
}

/** Flags that change every publisher or offer, whoever has named them. */
export function applyBroadFlags(config: DriscConfig, { limit, takeover, drisc }: ConfigFlags): DriscConfig {
  const { publishers = [], offers = [] } = config;
  return {
    ...config,
    publishers: publishers.map((publisher) => ({
      ...publisher,
      ...(drisc ? {} : { enabled: false }),
      ...(takeover ? {} : { takeover: false }),
    })),
    offers: offers.map((offer) => (limit === undefined ? offer : { ...offer, limit })),
  };
}
