import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { createLiveJudge } from '../../contracts/recording/live-judge.ts';
import type { BrokenRule } from '../../contracts/recording/live-judge.ts';
import { startProxy } from '../../proxy/proxy.ts';
import type { Proxy, ProxyOptions } from '../../proxy/proxy.ts';
import { CONTROL_PATH } from '../../simulator/control/control-app.ts';
import { formatHar } from '../../simulator/har.ts';
import type { Journal } from '../../simulator/journal.ts';
import { EXIT } from '../exit.ts';
import { createLog } from '../log.ts';
import { parseInteger } from '../option-parsers.ts';
import { addPolicyOptions } from '../policy-options.ts';
import { readProxyEnds } from '../proxy-ends.ts';
import type { ProxyEndFlags } from '../proxy-ends.ts';
import { openRecordFile } from '../record-file.ts';
import type { RecordFile } from '../record-file.ts';
import { addReportOptions, deliver, writeReport } from '../report-options.ts';
import type { ReportOptions } from '../report-options.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { VERSION } from '../../simulator/version.ts';
import { watchJudge } from '../watch-judge.ts';

interface ProxyFlags extends ReportOptions, ProxyEndFlags {
  port: number;
  insecure?: boolean;
  keepEndpoint?: boolean;
  journal?: string;
  har?: string;
  showTokens?: boolean;
  controlToken?: string;
  limit?: number;
}

/** Adds `drisc proxy`, which records and judges a real conversation until Ctrl-C. */
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
Exit codes: 0 conforms, 1 does not, 2 usage, 3 nothing passed, the port is in use or the record
broke off, 4 fault of drisc.

Examples:
  drisc proxy --target https://drisc.example --tls
  drisc proxy --target https://127.0.0.1:4010 --insecure --report html --har evening.har
  drisc check .reports/proxy.jsonl            judges the record again
`;

async function runProxy(flags: ProxyFlags): Promise<void> {
  const startedAt = new Date();
  const judge = createLiveJudge({ limit: flags.limit });
  const file = resolve(flags.journal ?? join(flags.out, 'proxy.jsonl'));
  await using proxy = await startProxy({
    ...(await readOptions(flags)),
    onEntry: (entry) => judge.see(entry),
    broken: () => judge.broken.map(showBroken),
  });
  // Not before it stands: a start that fails leaves the last record as it is.
  using record = openRecordFile(file, warn);
  const interrupted = untilInterrupted();
  process.stderr.write(formatReady(proxy, file));
  takeDown(proxy.journal, record, flags.quiet);
  const ended = new AbortController();
  const watching = watchJudge(judge, { onBroken: sayBroken, onFault: sayFault }, ended.signal);
  await interrupted;
  ended.abort();
  await watching;
  await proxy.close();
  if (flags.har !== undefined) await writeHar(proxy, flags.har);
  const tool = { name: 'drisckit', version: VERSION };
  const result = judge.conclude(Date.now(), { name: proxy.target, tool, startedAt });
  const exitCode = await deliver(result, flags);
  process.exitCode = exitCode === EXIT.ok && record.isCut ? EXIT.environment : exitCode;
}

async function readOptions(flags: ProxyFlags): Promise<ProxyOptions> {
  const { port, host, insecure, keepEndpoint, showTokens, controlToken } = flags;
  return { port, host, insecure, keepEndpoint, showTokens, controlToken, ...(await readProxyEnds(flags)) };
}

/** Writes down what is there already, and what comes. */
function takeDown(journal: Journal, record: RecordFile, isQuiet = false): void {
  const log = createLog(false, process.stderr);
  for (const entry of journal.entries()) record.write(entry);
  journal.subscribe((entry) => {
    record.write(entry);
    if (!isQuiet) log.entry(entry);
  });
}

function formatReady({ url, target, controlToken }: Proxy, file: string): string {
  return `
${pc.bold('drisc')} proxy at ${pc.bold(pc.green(url))}   for ${pc.bold(target)}
the record goes to ${file}
watch it: ${pc.green(`${url}${CONTROL_PATH}/#token=${encodeURIComponent(controlToken)}`)}

Ctrl-C ends it with the verdict.

`;
}

function warn(message: string): void {
  process.stderr.write(`${pc.yellow('warning:')} ${message}\n`);
}

function sayFault(message: string): void {
  warn(`what passes cannot be judged just now: ${message}; it is recorded, and the judge goes on`);
}

function sayBroken(broken: BrokenRule): void {
  process.stderr.write(formatBroken(broken));
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
