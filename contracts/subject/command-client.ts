import type { StartCommand } from '../../protocol/driver-protocol.ts';
import type { ClientSubject, SubjectEvent } from '../../scenarios/client-subject.ts';
import type { Sight } from '../client/monitor.ts';
import { createRealPace } from '../client/pace.ts';
import { openPort } from '../client/stage/port-host.ts';
import type { AttachedClient, CasePorts, ClientLease } from './attached-client.ts';
import { createProcessClient } from './process-client.ts';
import { SubjectError } from './subject-error.ts';

export interface CommandClientOptions {
  /** A command line, run by the shell. */
  command: string;
  cwd?: string | undefined;
  /** How many processes run at once; 4 unless told. */
  lanes?: number | undefined;
  /** Whether it speaks the driver protocol; found out by asking unless told. */
  driven?: boolean | undefined;
}

/** How long a process may take to write `ready`, in milliseconds. */
const READY_TIMEOUT = 10_000;

/** Sights that the driver protocol gives. */
const DRIVEN_SIGHTS: readonly Sight[] = ['playback', 'limit', 'taken-over', 'status'];

/**
 * Attaches a client that is started as a process. Where it speaks the driver protocol, one process serves many cases;
 * otherwise each case starts another, with what to play in its environment.
 * @throws {SubjectError} when it ends before it is ready.
 */
export async function attachCommand(options: CommandClientOptions): Promise<AttachedClient> {
  const { command, cwd, lanes = 4 } = options;
  const idle: DrivenProcess[] = [];
  const driven = options.driven ?? (await probe(idle, command, cwd));

  const close = async (): Promise<void> => {
    await Promise.all(idle.splice(0).map(({ subject }) => subject.close()));
  };
  return {
    name: command,
    driven,
    sights: new Set<Sight>(driven ? DRIVEN_SIGHTS : ['status']),
    lanes,
    virtual: false,
    createPace: createRealPace,
    take: (ports) => (driven ? takeDriven(idle, ports, command, cwd) : startUndriven(ports, command, cwd)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A process that speaks the driver protocol, with what it wrote since the case began. */
interface DrivenProcess {
  readonly subject: ClientSubject;
  readonly log: string[];
}

/** Starts the process once and looks whether it says that it is ready. */
async function probe(idle: DrivenProcess[], command: string, cwd: string | undefined): Promise<boolean> {
  const process = startDriven(command, cwd);
  const answer = await nextOf(process.subject, ['ready', 'exited'], READY_TIMEOUT / 2);
  if (answer?.event === 'ready') {
    idle.push(process);
    return true;
  }
  await process.subject.close();
  if (answer?.event === 'exited' && answer.code !== 0) {
    throw new SubjectError(
      'NotStarted',
      `the client ended with ${answer.code ?? answer.signal} before it was ready: ${command}\n${process.log.join('\n')}`.trim(),
    );
  }
  return false;
}

/** Where nothing listens: a client that starts by itself in the probe finds no server. */
const NOWHERE = 'http://127.0.0.1:9';

function startDriven(command: string, cwd: string | undefined): DrivenProcess {
  const env = { DRISC_BASE_URL: NOWHERE, DRISC_TOKEN: '', DRISC_OFFER_ID: '', DRISC_SESSION_NAME: '' };
  const subject = createProcessClient({ command, cwd, env });
  const log: string[] = [];
  collectLog(subject, log);
  return { subject, log };
}

async function takeDriven(
  idle: DrivenProcess[],
  { stage }: CasePorts,
  command: string,
  cwd: string | undefined,
): Promise<ClientLease> {
  const port = await openPort(stage);
  const process = idle.pop() ?? (await startReady(command, cwd));
  const { subject, log } = process;
  log.length = 0;
  let gone = false;
  const unsubscribe = subject.subscribe(({ event }) => (gone ||= event === 'exited'));
  return {
    subject,
    baseUrl: port.url,
    log: () => [...log],
    async release() {
      const ready = gone ? undefined : nextOf(subject, ['ready', 'exited'], READY_TIMEOUT / 3);
      if (!gone) await subject.send({ do: 'reset' });
      const answer = await ready;
      await port.close();
      unsubscribe();
      if (answer?.event === 'ready') idle.push(process);
      else await subject.close();
    },
  };
}

async function startReady(command: string, cwd: string | undefined): Promise<DrivenProcess> {
  const process = startDriven(command, cwd);
  const answer = await nextOf(process.subject, ['ready', 'exited'], READY_TIMEOUT);
  if (answer?.event === 'ready') return process;
  await process.subject.close();
  throw new SubjectError(
    'NotReady',
    `expected {"event":"ready"} within ${READY_TIMEOUT} ms, but ${answer ? 'the client ended' : 'nothing came'}: ${command}\n${process.log.join('\n')}`.trim(),
  );
}

async function startUndriven(
  { stage, request }: CasePorts,
  command: string,
  cwd: string | undefined,
): Promise<ClientLease> {
  const port = await openPort(stage);
  const log: string[] = [];
  const subject = createProcessClient({
    command,
    cwd,
    driven: false,
    env: formatEnvironment(request(port.url)),
  });
  collectLog(subject, log);
  return {
    subject,
    baseUrl: port.url,
    log: () => [...log],
    async release() {
      await subject.close();
      await port.close();
    },
  };
}

function formatEnvironment({
  baseUrl,
  token,
  offerId,
  tag,
  sessionName,
}: StartCommand): Record<string, string> {
  return {
    DRISC_BASE_URL: baseUrl,
    DRISC_TOKEN: token,
    ...(offerId === undefined ? {} : { DRISC_OFFER_ID: offerId }),
    ...(tag === undefined ? {} : { DRISC_TAG: tag }),
    ...(sessionName === undefined ? {} : { DRISC_SESSION_NAME: sessionName }),
  };
}

function collectLog(subject: ClientSubject, log: string[]): void {
  subject.subscribe((event) => {
    if (event.event === 'log') log.push(event.line);
    if (event.event === 'bad-line') log.push(`(standard output, ${event.problem}) ${event.line}`);
  });
}

/** The next event of one of these names, or nothing when none comes in time. */
function nextOf(
  subject: ClientSubject,
  names: readonly SubjectEvent['event'][],
  milliseconds: number,
): Promise<SubjectEvent | undefined> {
  return new Promise((resolve) => {
    const finish = (event: SubjectEvent | undefined): void => {
      clearTimeout(timeout);
      unsubscribe();
      resolve(event);
    };
    const timeout = setTimeout(finish, milliseconds, undefined);
    const unsubscribe = subject.subscribe((event) => {
      if (names.includes(event.event)) finish(event);
    });
  });
}
