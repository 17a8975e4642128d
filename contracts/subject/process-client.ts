import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { driverCommandSchema, driverEventSchema } from '../../protocol/driver-protocol.ts';
import type { DriverCommand } from '../../protocol/driver-protocol.ts';
import type { ClientSubject, SubjectEvent } from '../../scenarios/client-subject.ts';
import { readLines } from './read-lines.ts';

export interface ProcessClientOptions {
  /** A command line, run by the shell. */
  command: string;
  /** Set for the process on top of the present environment: `DRISC_BASE_URL` and the rest. */
  env?: Readonly<Record<string, string>> | undefined;
  cwd?: string | undefined;
  /** Whether to speak the driver protocol; on unless told. */
  driven?: boolean | undefined;
}

/** A client hears from the harness only, whatever is set in the shell that it is run from. */
const NOTHING_SET = {
  DRISC_BASE_URL: undefined,
  DRISC_TOKEN: undefined,
  DRISC_OFFER_ID: undefined,
  DRISC_TAG: undefined,
  DRISC_SESSION_NAME: undefined,
  DRISC_DRIVER: undefined,
};

/** How long a client may take to leave when it is asked, before it is ended, in milliseconds. */
const EXIT_GRACE = 2_000;

/** Starts a client under test as a process and speaks the driver protocol with it (docs/driver-protocol.md). */
export function createProcessClient(options: ProcessClientOptions): ClientSubject {
  return new ProcessClient(options);
}

class ProcessClient implements ClientSubject {
  readonly name: string;
  readonly driven: boolean;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #listeners = new Set<(event: SubjectEvent) => void>();
  readonly #gone: Promise<void>;
  #exited = false;

  constructor({ command, env = {}, cwd, driven = true }: ProcessClientOptions) {
    this.name = command;
    this.driven = driven;
    // A group of its own: ending the shell alone would leave the client behind.
    this.#child = spawn(command, {
      shell: true,
      detached: true,
      cwd,
      env: { ...process.env, ...NOTHING_SET, ...env, ...(driven ? { DRISC_DRIVER: '1' } : {}) },
    });
    readLines(this.#child.stdout, (line) => this.#readLine(line));
    readLines(this.#child.stderr, (line) => this.#emit({ event: 'log', line }));
    // Writing to a client that has gone is no fault of ours: the exit tells.
    this.#child.stdin.on('error', () => {});
    this.#gone = this.#watchExit();
  }

  async #watchExit(): Promise<void> {
    const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
      this.#child.once('error', () => resolve({ code: 127, signal: null }));
    });
    this.#exited = true;
    this.#emit({ event: 'exited', code, signal });
  }

  async send(command: DriverCommand, begin?: () => void): Promise<boolean> {
    begin?.();
    this.#child.stdin.write(`${JSON.stringify(driverCommandSchema.parse(command))}\n`);
    return true;
  }

  subscribe(listener: (event: SubjectEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#exited) return;
    if (this.driven) await this.send({ do: 'exit' });
    else this.#signal('SIGTERM');
    this.#child.stdin.end();
    const patience = setTimeout(EXIT_GRACE, undefined, { ref: false });
    await Promise.race([this.#gone, patience]);
    if (!this.#exited) this.#signal('SIGKILL');
    await this.#gone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
    } catch {
      // It went between the look and the signal.
    }
  }

  #readLine(line: string): void {
    if (line.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#emit({ event: 'bad-line', line, problem: 'it is not JSON' });
      return;
    }
    const parsed = driverEventSchema.safeParse(value);
    if (parsed.success) this.#emit(parsed.data);
    else this.#emit({ event: 'bad-line', line, problem: 'it is no event of the driver protocol' });
  }

  #emit(event: SubjectEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
