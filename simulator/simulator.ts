import type { PoolState } from '../protocol/model/pool.ts';
import { resolveSettings } from '../protocol/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import { mintCustomerToken } from '../protocol/tokens.ts';
import type { Clock } from './clock.ts';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import type { DeployFault } from './event-striker.ts';
import { createFaults } from './faults/faults.ts';
import type { Faults } from './faults/faults.ts';
import { createGhostDevice } from './ghost-device.ts';
import type { GhostDevice, GhostOptions } from './ghost-device.ts';
import { createHttpApp } from './host/http-app.ts';
import { startListener } from './host/listener.ts';
import type { Listener, ListenOptions } from './host/listener.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { resolveSimulatorOptions } from './options.ts';
import type { ResolvedSimulatorOptions, SimulatorOptions } from './options.ts';
import { createRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { SimulatorError } from './simulator-error.ts';
import type { PoolKey, PoolScope } from './store/pool-store.ts';

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
  fetch(request: Request): Promise<Response>;
  /** Signs a customer's token. @throws {TypeError} when the publisher has no secret. */
  token(options: TokenOptions): Promise<string>;
  /** Another device of a customer, played by the simulator. */
  ghost(options: GhostOptions): GhostDevice;
  pools(scope?: PoolScope): Promise<{ key: PoolKey; pool: PoolState }[]>;
  /** Resolves when what faults have set off at once has been carried out, a deploy's downtime included. */
  settled(): Promise<void>;
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
  #listener: Listener | undefined;

  constructor(options: ResolvedSimulatorOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.clock = options.clock;
    this.directory = createDirectory(options.publishers, options.offers);
    this.journal = createJournal(options.clock, options.journalCapacity);
    this.faults = createFaults(options.clock, options.seed);
    const parts = {
      directory: this.directory,
      journal: this.journal,
      faults: this.faults,
      clock: this.clock,
      store: options.store,
      settings: () => this.#settings,
      newId: options.newId,
      tamper: options.tamper,
      endpointSecret: this.#endpointSecret,
      deploy: (fault: DeployFault) => this.#deploy(fault),
    };
    this.runtime = createRuntime(parts);
    this.#app = createHttpApp({ ...parts, runtime: this.runtime });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get url(): string {
    if (!this.#listener) throw new TypeError('the simulator does not listen yet; await listen() first');
    return this.#listener.url;
  }

  configure(settings: { [Name in keyof Settings]?: Settings[Name] | undefined }): void {
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    this.#settings = resolveSettings({ ...this.#settings, ...Object.fromEntries(given) });
  }

  async listen(options: ListenOptions = {}): Promise<string> {
    if (this.#listener) throw new SimulatorError('AlreadyListening', `already listening at ${this.url}`);
    this.#listener = await startListener(
      {
        fetch: (request) => this.fetch(request),
        runtime: this.runtime,
        journal: this.journal,
        faults: this.faults,
        clock: this.clock,
        endpointSecret: this.#endpointSecret,
        newId: this.#options.newId,
        tamper: this.#options.tamper,
      },
      options,
    );
    return this.url;
  }

  async fetch(request: Request): Promise<Response> {
    const next = async (honest: Request): Promise<Response> => this.#app.fetch(honest);
    return this.#options.tamper.answer?.(request, next) ?? next(request);
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

  settled(): Promise<void> {
    return this.runtime.settled();
  }

  reset(scope?: PoolScope): Promise<void> {
    return this.runtime.reset(scope);
  }

  async close(): Promise<void> {
    await this.runtime.reset({}, GOING_AWAY);
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.stop();
  }

  /** What users see of a deploy: the connections break off, nobody listens for a while, the sessions are gone. */
  async #deploy({ name, downtime, sessions }: DeployFault): Promise<void> {
    const listener = this.#listener;
    await this.runtime.cutAll(name);
    if (sessions === 'forgotten') await this.runtime.reset();
    await listener?.stop();
    if (downtime > 0) {
      const { clock } = this;
      await new Promise<void>((resolve, reject) => {
        clock.setAlarm(clock.now() + downtime, async () => this.#resume(listener).then(resolve, reject));
      });
    } else await this.#resume(listener);
  }

  async #resume(listener: Listener | undefined): Promise<void> {
    // Closed in the meantime: there is nothing to come back to.
    if (listener && listener === this.#listener) await listener.resume();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The close code of a server that shuts down (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
