import type { ClientSubject, SubjectEvent } from '../../scenarios/client-subject.ts';
import { openPort } from '../client/stage/port-host.ts';
import type { CasePorts, ClientLease } from './attached-client.ts';
import { SubjectError } from './subject-error.ts';

/** How long a client may take to say that it is ready, in milliseconds. */
const READY_TIMEOUT = 10_000;

/** A client that is started already, with what it wrote since its case began. */
interface Runner {
  readonly subject: ClientSubject;
  readonly log: string[];
  /** Whether it has ended, in a case or between two. */
  isGone: boolean;
}

/** Clients that speak the driver protocol, each serving one case after the other by `reset`. */
export interface DrivenLanes {
  /**
   * Starts one and looks whether it says that it is ready; one that does is kept for the first case.
   * @param until when it need not be waited for any longer.
   */
  probe(
    this: void,
    until: Promise<void>,
  ): Promise<{ answer: SubjectEvent | undefined; log: readonly string[] }>;
  take(this: void, ports: CasePorts): Promise<ClientLease>;
  close(this: void): Promise<void>;
}

/** @param start starts a further client. */
export function createDrivenLanes(name: string, start: () => ClientSubject): DrivenLanes {
  const idle: Runner[] = [];

  function run(): Runner {
    const subject = start();
    const log: string[] = [];
    collectLog(subject, log);
    const runner: Runner = { subject, log, isGone: false };
    subject.subscribe(({ event }) => (runner.isGone ||= event === 'exited'));
    return runner;
  }

  /** One that waits for a case, if it has not ended meanwhile. */
  function popIdle(): Runner | undefined {
    for (;;) {
      const runner = idle.pop();
      if (!runner?.isGone) return runner;
    }
  }

  async function runReady(): Promise<Runner> {
    const runner = run();
    const answer = await nextOf(runner.subject, ['ready', 'exited'], READY_TIMEOUT);
    if (answer?.event === 'ready') return runner;
    await runner.subject.close();
    throw new SubjectError(
      'NotReady',
      `expected {"event":"ready"} within ${READY_TIMEOUT} ms, but ${answer ? 'the client ended' : 'nothing came'}: ${name}\n${runner.log.join('\n')}`.trim(),
    );
  }

  return {
    async probe(until) {
      const runner = run();
      const said = nextOf(runner.subject, ['ready', 'exited'], READY_TIMEOUT / 2);
      const answer = (await Promise.race([said, until])) ?? undefined;
      if (answer?.event === 'ready') idle.push(runner);
      else await runner.subject.close();
      return { answer, log: runner.log };
    },
    async take({ stage }) {
      const runner = popIdle() ?? (await runReady());
      const port = await openPort(stage);
      runner.log.length = 0;
      return lend(runner, port, () => void idle.push(runner));
    },
    async close() {
      await Promise.all(idle.splice(0).map(({ subject }) => subject.close()));
    },
  };
}

function lend(
  runner: Runner,
  port: { readonly url: string; close(): Promise<void> },
  giveBack: () => void,
): ClientLease {
  const { subject, log } = runner;
  return {
    subject,
    baseUrl: port.url,
    log: () => [...log],
    async release() {
      const answer = runner.isGone ? undefined : await resetToReady(subject);
      await port.close();
      if (answer?.event === 'ready') giveBack();
      else await subject.close();
    },
  };
}

/** Its word after `reset`; nothing where it cannot do that, or says nothing. */
async function resetToReady(subject: ClientSubject): Promise<SubjectEvent | undefined> {
  const cannot = new AbortController();
  const answer = nextOf(subject, ['ready', 'exited'], READY_TIMEOUT / 3, cannot.signal);
  if (!(await subject.send({ do: 'reset' }))) cannot.abort();
  return answer;
}

/** Keeps what a client logs, and what it writes where only events should be. */
export function collectLog(subject: ClientSubject, log: string[]): void {
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
  signal?: AbortSignal,
): Promise<SubjectEvent | undefined> {
  return new Promise((resolve) => {
    const finish = (event?: SubjectEvent): void => {
      clearTimeout(timeout);
      unsubscribe();
      resolve(event);
    };
    signal?.addEventListener('abort', () => finish());
    const timeout = setTimeout(finish, milliseconds);
    const unsubscribe = subject.subscribe((event) => {
      if (names.includes(event.event)) finish(event);
    });
  });
}
