import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { PoolState } from '../protocol/model/pool.ts';
import { resolveSettings } from '../protocol/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import { mintCustomerToken } from '../protocol/tokens.ts';
import type { Clock } from './clock.ts';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import { createFaults } from './faults/faults.ts';
import type { Faults } from './faults/faults.ts';
import { createGhostDevice } from './ghost-device.ts';
import type { GhostDevice, GhostOptions } from './ghost-device.ts';
import { createHttpApp } from './host/http-app.ts';
import { serveWebSockets } from './host/websocket.ts';
import type { WebSocketHost } from './host/websocket.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { resolveSimulatorOptions } from './options.ts';
import type { ResolvedSimulatorOptions, SimulatorOptions } from './options.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { SimulatorError } from './simulator-error.ts';
import type { PoolKey, PoolScope } from './store/pool-store.ts';

export interface ListenOptions {
  /** 0, the default, takes any free port. */
  port?: number | undefined;
  /** `127.0.0.1` unless told. */
  host?: string | undefined;
}

export interface TokenOptions {
  customerId: string | number;
  /** The first configured publisher unless told. */
  publisherId?: string | undefined;
  /** Milliseconds; 15 minutes unless told. */
  lifetime?: number | undefined;
}

/** A DRISC server for tests and local work, with everything that can be seen and done from the inside. */
export interface Simulator extends AsyncDisposable {
  /** The base URL, once it listens. */
  readonly url: string;
  readonly runtime: Runtime;
  readonly directory: Directory;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Changes settings for every step from now on. */
  configure(settings: { [Name in keyof Settings]?: Settings[Name] | undefined }): void;
  /** @throws {SimulatorError} `PortInUse`, `AddressNotAvailable`, `AlreadyListening` */
  listen(options?: ListenOptions): Promise<string>;
  /** Answers an HTTP request as if it had come over a port. */
  fetch(request: Request): Response | Promise<Response>;
  /** Signs a customer's token. @throws {TypeError} when the publisher has no secret. */
  token(options: TokenOptions): Promise<string>;
  /** Another device of a customer, played by the simulator. */
  ghost(options: GhostOptions): GhostDevice;
  pools(scope?: PoolScope): Promise<{ key: PoolKey; pool: PoolState }[]>;
  /** Ends every session in scope and closes its connections; all of them where left out. */
  reset(scope?: PoolScope): Promise<void>;
  close(): Promise<void>;
}

/** @throws {TypeError} on wrong options. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  return new HttpSimulator(resolveSimulatorOptions(options));
}

class HttpSimulator implements Simulator {
  readonly runtime: Runtime;
  readonly directory: Directory;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly #options: ResolvedSimulatorOptions;
  readonly #endpointSecret = crypto.randomUUID();
  readonly #app: ReturnType<typeof createHttpApp>;
  #settings: Settings;
  #listening: { server: Server; sockets: WebSocketHost; url: string } | undefined;

  constructor(options: ResolvedSimulatorOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.clock = options.clock;
    this.directory = createDirectory(options.publishers, options.offers);
    this.journal = createJournal(options.clock, options.journalCapacity);
    this.faults = createFaults();
    const parts = {
      directory: this.directory,
      journal: this.journal,
      faults: this.faults,
      clock: this.clock,
      store: options.store,
      settings: () => this.#settings,
      newId: options.newId,
      endpointSecret: this.#endpointSecret,
    };
    this.runtime = createRuntime(parts);
    this.#app = createHttpApp({ ...parts, runtime: this.runtime });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get url(): string {
    if (!this.#listening) throw new TypeError('the simulator does not listen yet; await listen() first');
    return this.#listening.url;
  }

  configure(settings: { [Name in keyof Settings]?: Settings[Name] | undefined }): void {
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    this.#settings = resolveSettings({ ...this.#settings, ...Object.fromEntries(given) });
  }

  async listen({ port = 0, host = '127.0.0.1' }: ListenOptions = {}): Promise<string> {
    if (this.#listening) throw new SimulatorError('AlreadyListening', `already listening at ${this.url}`);
    const answer = getRequestListener((request) => this.fetch(request));
    const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
    const sockets = serveWebSockets(server, {
      runtime: this.runtime,
      journal: this.journal,
      clock: this.clock,
      endpointSecret: this.#endpointSecret,
      newId: this.#options.newId,
    });
    await bind(server, port, host);
    const { port: bound } = server.address() as AddressInfo;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    this.#listening = { server, sockets, url };
    return url;
  }

  fetch(request: Request): Response | Promise<Response> {
    return this.#app.fetch(request);
  }

  async token({ customerId, publisherId, lifetime }: TokenOptions): Promise<string> {
    const publisher =
      publisherId === undefined ? this.directory.publishers()[0] : this.directory.publisher(publisherId);
    if (!publisher || !('secret' in publisher.key)) {
      throw new TypeError(`no secret is configured for publisher ${publisherId ?? '(the first)'}`);
    }
    const { secret } = publisher.key;
    return mintCustomerToken({
      secret,
      customerId,
      publisherId: publisher.id,
      now: this.clock.now(),
      lifetime,
    });
  }

  ghost(options: GhostOptions): GhostDevice {
    return createGhostDevice(this.runtime, this.#options.newId, options);
  }

  pools(scope?: PoolScope): Promise<{ key: PoolKey; pool: PoolState }[]> {
    return this.#options.store.list(scope);
  }

  reset(scope?: PoolScope): Promise<void> {
    return this.runtime.reset(scope);
  }

  async close(): Promise<void> {
    await this.runtime.reset({}, GOING_AWAY);
    const listening = this.#listening;
    this.#listening = undefined;
    if (!listening) return;
    const closed = new Promise<void>((resolve) => void listening.server.close(() => resolve()));
    await listening.sockets.close();
    listening.server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The close code of a server that shuts down (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;

async function bind(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainBindError(error, port, host)));
    server.listen(port, host, resolve);
  });
}

function explainBindError(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is in use; stop what listens there, or choose another port (0 takes any free one)`;
    return new SimulatorError('PortInUse', message, { cause });
  }
  if (cause.code === 'EACCES') {
    return new SimulatorError(
      'PortInUse',
      `port ${port} may not be used by this user; choose one above 1023`,
      { cause },
    );
  }
  const message = `cannot listen on ${host}: ${cause.message}; use an address of this machine, such as 127.0.0.1`;
  return new SimulatorError('AddressNotAvailable', message, { cause });
}
