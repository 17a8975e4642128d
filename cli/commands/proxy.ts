import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import pc from 'picocolors';
import { createLiveJudge } from '../../contracts/recording/live-judge.ts';
import type { BrokenRule, LiveJudge } from '../../contracts/recording/live-judge.ts';
import { startProxy } from '../../proxy/proxy.ts';
import type { Proxy, ProxyOptions } from '../../proxy/proxy.ts';
import { CONTROL_PATH } from '../../simulator/control/control-app.ts';
import { formatHar } from '../../simulator/har.ts';
import { createCertificate } from '../../simulator/host/certificate.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import { CommandError, EXIT } from '../exit.ts';
import { createLog } from '../log.ts';
import { parseInteger } from '../option-parsers.ts';
import { addPolicyOptions } from '../policy-options.ts';
import { readPem } from '../read-pem.ts';
import { addReportOptions, deliver, writeReport } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { VERSION } from '../version.ts';

interface ProxyFlags extends ReportOptions {
  target: string;
  port: number;
  host: string;
  tls?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  ca?: string;
  insecure?: boolean;
  keepEndpoint?: boolean;
  journal?: string;
  har?: string;
  showTokens?: boolean;
  controlToken?: string;
  limit?: number;
}

export function addProxyCommand(program: Command): void {
  const command = program
    .command('proxy')
    .description('Stand between a real client and a real server: pass all on, record it, judge both.')
    .requiredOption('--target <origin>', 'the server, such as https://drisc.example')
    .option('-p, --port <number>', 'port; 0 takes any free one', parseInteger(0, 65_535), 4020)
    .option('--host <address>', 'address of this machine to listen on', '127.0.0.1')
    .option('--tls', 'speak HTTPS and wss with clients, with a certificate of its own making')
    .option('--tls-cert <file>', 'speak HTTPS and wss with clients, with this certificate (PEM)')
    .option('--tls-key <file>', 'the key of that certificate (PEM)')
    .option('--ca <file>', 'trust a server with this certificate (PEM), beside the well-known ones')
    .option('--insecure', 'trust a server with any certificate')
    .option('--keep-endpoint', 'leave endpoints as they are: WebSockets then go past the proxy')
    .option('--journal <file>', 'where the record goes, as JSON lines; proxy.jsonl in --out unless told')
    .option('--har <file>', 'at the end, also write a HAR')
    .option('--show-tokens', 'do not mask tokens in the record')
    .option('--control-token <token>', 'the token of the page under /_drisc/; a random one unless told');
  addReportOptions(addPolicyOptions(command))
    .addHelpText('after', EXAMPLES)
    .action((flags: ProxyFlags) => runProxy(flags));
}

const EXAMPLES = `
Give the client the address of the proxy in place of the server's. Everything passes as it is, but for the endpoint in a
grant, which leads through the proxy, and the header Host, which names the target. The record has the endpoint as the
server sent it; --keep-endpoint leaves it alone, and frames then pass unseen.

A line on standard error tells at once which rule a client or the server breaks; Ctrl-C ends it with the whole verdict.
Exit codes: 0 conforms, 1 does not, 2 usage, 3 nothing passed or the port is in use, 4 fault of drisc.

Examples:
  drisc proxy --target https://drisc.example --tls
  drisc proxy --target https://127.0.0.1:4010 --insecure --report html --har evening.har
  drisc check .reports/proxy.jsonl            judges the record again
`;

async function runProxy(flags: ProxyFlags): Promise<void> {
  const startedAt = new Date();
  const judge = createLiveJudge({ limit: flags.limit });
  const file = resolve(flags.journal ?? join(flags.out, 'proxy.jsonl'));
  using record = openRecord(file);
  const proxy = await start({
    ...(await readOptions(flags)),
    onEntry: (entry) => judge.see(entry),
    broken: () => judge.broken.map(showBroken),
  });
  const interrupted = untilInterrupted();
  const log = createLog(false, process.stderr);
  process.stderr.write(formatReady(proxy, file));
  proxy.journal.subscribe((entry) => {
    record.write(entry);
    if (!flags.quiet) log.entry(entry);
  });
  const ended = new AbortController();
  const watching = watch(judge, ended.signal);
  await interrupted;
  ended.abort();
  await watching;
  await proxy.close();
  if (flags.har !== undefined) await writeHar(proxy, flags.har);
  const tool = { name: 'drisckit', version: VERSION };
  const result = judge.conclude(Date.now(), { name: proxy.target, tool, startedAt });
  process.exitCode = await deliver(result, flags);
}

/** A target that is none was given by a flag. */
async function start(options: ProxyOptions): Promise<Proxy> {
  try {
    return await startProxy(options);
  } catch (error) {
    if (error instanceof TypeError)
      throw new CommandError(EXIT.usage, `--${error.message}`, { cause: error });
    throw error;
  }
}

async function readOptions(flags: ProxyFlags): Promise<ProxyOptions> {
  const { target, port, host, insecure, keepEndpoint, showTokens, controlToken } = flags;
  const ca = flags.ca === undefined ? undefined : await readPem(flags.ca, '--ca');
  const tls = await readTls(flags);
  return { target, port, host, insecure, keepEndpoint, showTokens, controlToken, ca, tls };
}

async function readTls({ tls, tlsCert, tlsKey, host }: ProxyFlags): Promise<ProxyOptions['tls']> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { cert: await readPem(tlsCert, '--tls-cert'), key: await readPem(tlsKey, '--tls-key') };
  }
  if (tlsCert !== undefined || tlsKey !== undefined) {
    throw new CommandError(EXIT.usage, '--tls-cert and --tls-key belong together; give both');
  }
  if (!tls) return undefined;
  return createCertificate([...new Set(['localhost', '127.0.0.1', '::1', host])], Date.now());
}

interface RecordFile extends Disposable {
  write(entry: JournalEntry): void;
}

/** Each line is handed to the system at once: it outlives a crash, and a slow disk holds the proxy back. */
function openRecord(file: string): RecordFile {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(file, 'w');
    return {
      write: (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`),
      [Symbol.dispose]: () => closeSync(descriptor),
    };
  } catch (cause) {
    throw new CommandError(EXIT.environment, `cannot write the record: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function formatReady({ url, target, controlToken }: Proxy, file: string): string {
  return `
${pc.bold('drisc')} proxy at ${pc.bold(pc.green(url))}   for ${pc.bold(target)}
the record goes to ${file}
watch it: ${pc.green(`${url}${CONTROL_PATH}/#token=${encodeURIComponent(controlToken)}`)}

Ctrl-C ends it with the verdict.

`;
}

/** Milliseconds between two looks, and the share of the time that looking may take. */
const LOOK_EVERY = 500;
const MOST_TIME = 0.05;

async function watch(judge: LiveJudge, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    for (const broken of judge.look(Date.now())) process.stderr.write(formatBroken(broken));
    const rest = Math.max(LOOK_EVERY, (performance.now() - began) / MOST_TIME);
    await pause(rest, undefined, { signal }).catch(() => {});
  }
}

function formatBroken({ rule: { id, level }, device, message }: BrokenRule): string {
  const mark = level === 'MUST' ? pc.red('✗ MUST') : pc.yellow('! SHOULD');
  return `${mark} ${pc.bold(id)} ${pc.cyan(device)} ${message}\n`;
}

function showBroken({ rule: { id, level }, device, message }: BrokenRule) {
  return { rule: id, level, device, message };
}

async function writeHar({ journal }: Proxy, path: string): Promise<void> {
  const entries = journal.entries();
  await writeReport(resolve(path), `${JSON.stringify(formatHar(entries))}\n`);
  if (journal.last > entries.length) {
    process.stderr.write(
      `${path} has the last ${entries.length} entries of ${journal.last}: the rest is in the journal only\n`,
    );
  }
}
