import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { driverCommandSchema, driverEventSchema } from '../../protocol/driver-protocol.ts';
import type { DriverCommand } from '../../protocol/driver-protocol.ts';
import type { ClientSubject, SubjectEvent } from '../../scenarios/client-subject.ts';
import { createRealPace } from '../client/pace.ts';
import type { AttachedClient } from './attached-client.ts';
import { createDrivenLanes } from './driven-lanes.ts';
import { DRIVEN_SIGHTS } from './driven-sights.ts';
import type { ThreadNews } from './module-worker.ts';
import { readLines } from './read-lines.ts';
import { SubjectError } from './subject-error.ts';

export interface ModuleClientOptions {
  /** A TypeScript or JavaScript file whose default export is `defineClient({ … })`. */
  file: string;
  /** How many clients run at once, each with a copy of the module of its own; 4 unless told. */
  lanes?: number | undefined;
}

/**
 * Attaches a client that is an object in this process. Each lane is a thread, so that an error that the client does not
 * catch ends that client and not the harness, and two clients share nothing.
 * @throws {SubjectError} `BadModule` where the file is no such module.
 */
export async function attachModule({ file, lanes = 4 }: ModuleClientOptions): Promise<AttachedClient> {
  const path = resolve(file);
  if (!existsSync(path)) throw new SubjectError('BadModule', `cannot read ${file}: there is no such file`);
  const { name, missing } = await inspect(path, file);
  const driven = createDrivenLanes(file, () => new ModuleClient(path));
  const { close } = driven;
  return {
    name: name ?? basename(file),
    driven: true,
    sights: new Set(DRIVEN_SIGHTS),
    lacks: new Set(missing),
    lanes,
    virtual: false,
    createPace: createRealPace,
    take: driven.take,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Loads the module once, to say what is wrong with it before anything is judged. */
async function inspect(path: string, file: string): Promise<ThreadNews & { news: 'loaded' }> {
  const thread = startThread(path);
  let said = '';
  for (const stream of [thread.stdout, thread.stderr]) readLines(stream, (line) => (said += `${line}\n`));
  const news = await new Promise<ThreadNews>((found) => {
    const fail = (problem: string): void => found({ news: 'bad-module', problem });
    const timeout = setTimeout(fail, LOAD_TIMEOUT, `it did not load within ${LOAD_TIMEOUT} ms`);
    const settle = (heard: ThreadNews): void => {
      clearTimeout(timeout);
      found(heard);
    };
    thread.on('message', (heard: ThreadNews) => void (heard.news !== undefined && settle(heard)));
    thread.on('error', (error) =>
      settle({ news: 'bad-module', problem: `it cannot be run: ${error.message}` }),
    );
    thread.on('exit', (code) =>
      settle({ news: 'bad-module', problem: `it ended with ${code} while it loaded` }),
    );
  });
  await thread.terminate();
  if (news.news === 'loaded') return news;
  const problem = news.news === 'bad-module' ? news.problem : 'it did not load';
  throw new SubjectError('BadModule', `${file}: ${problem}\n${said}`.trim());
}

/** How long a module may take to load, in milliseconds. */
const LOAD_TIMEOUT = 20_000;

/** How long a client may take over `exit`, in milliseconds. */
const EXIT_GRACE = 1_000;

/** Runs the thread's code through jiti, as it does the client's: TypeScript on every Node. */
const BOOT = `
  const { jiti, worker } = require('node:worker_threads').workerData;
  require(jiti).createJiti(worker).import(worker);
`;

function startThread(file: string): Worker {
  const here = fileURLToPath(import.meta.url);
  return new Worker(BOOT, {
    eval: true,
    stdout: true,
    stderr: true,
    workerData: {
      jiti: createRequire(import.meta.url).resolve('jiti'),
      worker: here.replace(/module-client(\.[jt]s)$/, 'module-worker$1'),
      file,
    },
  });
}

class ModuleClient implements ClientSubject {
  readonly name: string;
  readonly driven = true;
  readonly #thread: Worker;
  readonly #listeners = new Set<(event: SubjectEvent) => void>();
  readonly #gone: Promise<void>;
  #missing: readonly string[] = [];
  #exited = false;

  constructor(file: string) {
    this.name = file;
    this.#thread = startThread(file);
    for (const stream of [this.#thread.stdout, this.#thread.stderr])
      readLines(stream, (line) => this.#emit({ event: 'log', line }));
    this.#thread.on('message', (message) => this.#read(message));
    this.#thread.on('error', (error: Error) =>
      this.#emit({ event: 'log', line: `not caught: ${error.stack ?? error.message}` }),
    );
    this.#gone = new Promise((resolve) => {
      this.#thread.once('exit', (code) => {
        this.#exited = true;
        this.#emit({ event: 'exited', code, signal: null });
        resolve();
      });
    });
  }

  /** Resolves with `false` for what the module has no function for. */
  async send(command: DriverCommand, begin?: () => void): Promise<boolean> {
    if (this.#missing.includes(command.do)) return false;
    begin?.();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    this.#thread.postMessage(driverCommandSchema.parse(command));
    return true;
  }

  subscribe(listener: (event: SubjectEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#exited) return;
    if (await this.send({ do: 'exit' })) await this.#waitForEnd();
    await this.#thread.terminate();
    await this.#gone;
  }

  async #waitForEnd(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, EXIT_GRACE);
      const finish = (): void => {
        clearTimeout(timeout);
        resolve();
      };
      this.#thread.on('message', (message: ThreadNews) => message.news === 'done' && finish());
      void this.#gone.then(finish);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(message: unknown): void {
    const news = message as ThreadNews;
    if (news.news === 'loaded') this.#missing = news.missing;
    if (news.news !== undefined) return;
    const parsed = driverEventSchema.safeParse(message);
    if (parsed.success) this.#emit(parsed.data);
    else {
      const problem = 'the context was called with something else than its types say';
      this.#emit({ event: 'bad-line', line: JSON.stringify(message), problem });
    }
  }

  #emit(event: SubjectEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
