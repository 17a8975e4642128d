import type { StartCommand } from '../../protocol/driver-protocol.ts';
import { mintCustomerToken } from '../../protocol/tokens.ts';
import type { Sight } from '../client/monitor.ts';
import { createRealPace } from '../client/pace.ts';
import { CUSTOMER, OFFER } from '../client/stage/cast.ts';
import { openPort } from '../client/stage/port-host.ts';
import type { AttachedClient, CasePorts, ClientLease } from './attached-client.ts';
import { collectLog, createDrivenLanes } from './driven-lanes.ts';
import type { DrivenLanes } from './driven-lanes.ts';
import { DRIVEN_SIGHTS } from './driven-sights.ts';
import { createProcessClient } from './process-client.ts';
import { SubjectError } from './subject-error.ts';
import { openWaitingRoom } from './waiting-room.ts';

export interface CommandClientOptions {
  /** A command line, run by the shell. */
  command: string;
  cwd?: string | undefined;
  /** How many processes run at once; 4 unless told. */
  lanes?: number | undefined;
  /** Whether it speaks the driver protocol; found out by asking unless told. */
  driven?: boolean | undefined;
}

/**
 * Attaches a client that is started as a process. Where it speaks the driver protocol, one process serves many cases;
 * otherwise each case starts another, with what to play in its environment.
 * @throws {SubjectError} when it ends before it is ready.
 */
export async function attachCommand(options: CommandClientOptions): Promise<AttachedClient> {
  const { command, cwd, lanes = 4 } = options;
  const room = await openWaitingRoom();
  const env = await pretend(room.url);
  const processes = createDrivenLanes(command, () => createProcessClient({ command, cwd, env }));
  const close = async (): Promise<void> => {
    await processes.close();
    await room.close();
  };
  const fail = async (error: unknown): Promise<never> => {
    await close();
    throw error;
  };
  const driven = options.driven ?? (await isDriven(processes, command, room.entered).catch(fail));
  return {
    name: command,
    driven,
    sights: new Set<Sight>(driven ? DRIVEN_SIGHTS : ['status']),
    lanes,
    virtual: false,
    createPace: createRealPace,
    take: (ports) => (driven ? processes.take(ports) : startUndriven(ports, command, cwd)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A complete environment for a client that starts by itself before it is known that it does. */
async function pretend(baseUrl: string): Promise<Record<string, string>> {
  const token = await mintCustomerToken({ secret: 'nobody verifies it', ...CUSTOMER, now: Date.now() });
  return formatEnvironment({ do: 'start', baseUrl, token, offerId: OFFER.id, sessionName: 'First contact' });
}

/**
 * Starts the process once and looks whether it says that it is ready.
 * @param plays resolves when it begins to play by itself instead.
 */
async function isDriven(processes: DrivenLanes, command: string, plays: Promise<void>): Promise<boolean> {
  const { answer, log } = await processes.probe(plays);
  if (answer?.event === 'exited' && answer.code !== 0) {
    throw new SubjectError(
      'NotStarted',
      `the client ended with ${answer.code ?? answer.signal} before it was ready: ${command}\n${log.join('\n')}`.trim(),
    );
  }
  return answer?.event === 'ready';
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
