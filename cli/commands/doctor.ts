import { createServer } from 'node:net';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { addConfigFlags } from '../config/flags.ts';
import type { ConfigFlags } from '../config/flags.ts';
import { gatherConfig } from '../config/gather-config.ts';
import type { GatheredConfig } from '../config/gather-config.ts';
import { toSimulatorOptions } from '../config/simulator-options.ts';
import { CommandError, EXIT } from '../exit.ts';
import { listLanAddresses } from '../lan-addresses.ts';

interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('Say what is configured and from where, and whether drisc serve would work with it.')
    .option('--json', 'print one JSON object')
    .option('--all', 'show defaults too');
  addConfigFlags(command).action(
    (flags: ConfigFlags & { json?: boolean; all?: boolean } & Record<string, unknown>) => diagnose(flags),
  );
}

async function diagnose(
  flags: ConfigFlags & { json?: boolean; all?: boolean } & Record<string, unknown>,
): Promise<void> {
  const gathered = await gatherConfig(flags);
  const findings = await check(gathered);
  const values = listValues(gathered).filter(({ source }) => flags.all || source !== 'default');
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ file: gathered.file, values, findings })}\n`
      : formatDiagnosis(gathered, values, findings),
  );
  if (findings.every(({ ok }) => ok)) return;
  throw new CommandError(EXIT.environment, 'drisc serve would not work like this');
}

interface ConfiguredValue {
  path: string;
  value: unknown;
  source: string;
}

function listValues({ config, sources }: GatheredConfig): ConfiguredValue[] {
  return Array.from(sources, ([path, source]) => {
    const [group = '', key] = path.split('.');
    const whole = (config as Record<string, unknown>)[group];
    const value = key === undefined ? whole : (whole as Record<string, unknown>)[key];
    return { path, value: hideSecrets(path, value), source };
  });
}

/** A diagnosis is pasted into tickets. */
function hideSecrets(path: string, value: unknown): unknown {
  if (path === 'control.token') return '•••';
  if (path !== 'publishers') return value;
  return (value as NonNullable<DriscConfig['publishers']>).map((publisher) =>
    publisher.secret === undefined ? publisher : { ...publisher, secret: '•••' },
  );
}

async function check({ config, folder }: GatheredConfig): Promise<Finding[]> {
  const { port = 0, host = '127.0.0.1', lan } = config;
  const addresses = listLanAddresses();
  return [
    checkNode(),
    await checkPort(port, lan ? '0.0.0.0' : host),
    await checkKeys(config, folder),
    ...(await Promise.all((config.publishers ?? []).map((publisher) => checkKeySet(publisher.jwks)))).flat(),
    addresses.length > 0 || !lan
      ? { ok: true, text: `addresses for --lan: ${addresses.join(', ') || 'none'}` }
      : { ok: false, text: 'lan: this machine has no address in a local network' },
  ];
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return { ok, text: `Node ${process.versions.node}${ok ? '' : '; 20.19 or newer is needed'}` };
}

async function checkPort(port: number, host: string): Promise<Finding> {
  const address = `${host}:${port}`;
  if (port === 0) return { ok: true, text: `any free port of ${host}` };
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
  if (free) return { ok: true, text: `${address} is free` };
  const health = await ask(`http://${address.replace('0.0.0.0', '127.0.0.1')}/_drisc/health`);
  return health?.ok
    ? { ok: true, text: `${address} has a drisc simulator, which answers` }
    : { ok: false, text: `${address} is in use by something else, or is no address of this machine` };
}

async function checkKeys(config: DriscConfig, folder: string): Promise<Finding> {
  try {
    await toSimulatorOptions(config, folder);
    return { ok: true, text: `${config.publishers?.length ?? 0} publishers have keys` };
  } catch (error) {
    return { ok: false, text: (error as Error).message };
  }
}

async function checkKeySet(jwks: unknown): Promise<Finding[]> {
  if (typeof jwks !== 'string' || !/^https?:/.test(jwks)) return [];
  const answer = await ask(jwks);
  return [
    answer?.ok
      ? { ok: true, text: `${jwks} answers` }
      : { ok: false, text: `${jwks} does not answer with keys` },
  ];
}

/** How long something may take to answer, in milliseconds. */
const PATIENCE = 3_000;

async function ask(url: string): Promise<Response | undefined> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return undefined;
  }
}

function formatDiagnosis(
  { file }: GatheredConfig,
  values: readonly ConfiguredValue[],
  findings: readonly Finding[],
): string {
  const width = Math.max(0, ...values.map(({ path }) => path.length));
  const valueLines = values.map(
    ({ path, value, source }) => `  ${path.padEnd(width)}  ${JSON.stringify(value)}  ${pc.dim(source)}`,
  );
  const findingLines = findings.map(({ ok, text }) => `  ${ok ? pc.green('✓') : pc.red('✗')} ${text}`);
  return [
    `Configuration file: ${file ?? 'none'}`,
    ...(valueLines.length > 0
      ? ['', 'Configured', ...valueLines]
      : ['Everything has its default (--all shows them).']),
    '',
    'Checked',
    ...findingLines,
    '',
  ].join('\n');
}
