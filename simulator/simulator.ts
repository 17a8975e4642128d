import type { PoolState } from '../protocol/model/pool.ts';
import { resolveSettings } from '../protocol/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import { mintFlawedToken } from '../protocol/token-flaws.ts';
import type { TokenFlaw } from '../protocol/token-flaws.ts';
import { mintCustomerToken } from '../protocol/tokens.ts';
import { isVirtual } from './clock.ts';
import type { Clock } from './clock.ts';
import { CONTROL_PATH, createControlApp } from './control/control-app.ts';
import { OPERATIONS } from './control/operations.ts';
import { createCustomerTerms } from './customer-terms.ts';
import type { CustomerTerms } from './customer-terms.ts';
import { createDirectory } from './directory.ts';
import type { Directory } from './directory.ts';
import type { DeployFault } from './event-striker.ts';
import { createFaults } from './faults/faults.ts';
import type { Faults } from './faults/faults.ts';
import { createGhostDevice } from './ghost-device.ts';
import type { GhostDevice, GhostOptions } from './ghost-device.ts';
import { admitUpgrade } from './host/admit-upgrade.ts';
import type { Admission, UpgradeParts, UpgradeRequest } from './host/admit-upgrade.ts';
import { createHttpApp } from './host/http-app.ts';
import { startListener } from './host/listener.ts';
import type { Listener, ListenOptions } from './host/listener.ts';
import type { Limits } from './limits.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { resolveSimulatorOptions } from './options.ts';
import type { ResolvedSimulatorOptions, SimulatorOptions } from './options.ts';
import { createRuntime } from './runtime.ts';
import type { FiredTimer, Runtime } from './runtime.ts';
import type { ScenarioSwitch } from './scenario-switch.ts';
import { createSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { SimulatorError } from './simulator-error.ts';
import { isInScope } from './store/pool-store.ts';
import type { PoolKey, PoolScope } from './store/pool-store.ts';
import { createTurns } from './turns.ts';

export interface TokenOptions {
  customerId: string | number;
  /** The first configured publisher unless told. */
  publisherId?: string | undefined;
  /** Milliseconds; 15 minutes unless told. */
  lifetime?: number | undefined;
  /** What is wrong with it on purpose. */
  flaw?: TokenFlaw | undefined;
}

/** A DRISC server for tests and local work, with everything that can be seen and done from the inside. */
export interface Simulator extends AsyncDisposable {
  /** The base URL, once it listens. */
  readonly url: string;
  readonly runtime: Runtime;
  readonly directory: Directory;
  /** What holds for whom, where it is not the same for everybody. */
  readonly terms: CustomerTerms;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly sessions: Sessions;
  /** Plays scenarios for single customers; nothing where nobody was told to. */
  readonly scenarios: ScenarioSwitch | undefined;
  /** The token that the control API under `/_drisc/` asks for. */
  readonly controlToken: string;
  /** Changes settings for every step from now on. */
  configure(settings: { [Name in keyof Settings]?: Settings[Name] | undefined }): void;
  /** @throws {SimulatorError} `PortInUse`, `AddressNotAvailable`, `AlreadyListening` */
  listen(options?: ListenOptions): Promise<string>;
  /** Answers an HTTP request as if it had come over a port. */
  fetch(request: Request, remoteAddress?: string): Promise<Response>;
  /** Decides on an attempt to open a WebSocket as if it had come over a port. */
  upgrade(request: UpgradeRequest): Promise<Admission>;
  /** Signs a customer's token. @throws {TypeError} when the publisher has no secret. */
  token(options: TokenOptions): Promise<string>;
  /** Another device of a customer, played by the simulator. */
  ghost(options: GhostOptions): GhostDevice;
  /** The ghosts that have not left. */
  ghosts(): GhostDevice[];
  /**
   * Moves the virtual clock on. Resolves when all that came due has been carried out, and says what it was, in order.
   * @throws {SimulatorError} `ClockIsReal`
   */
  advance(milliseconds: number): Promise<FiredTimer[]>;
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
  readonly terms: CustomerTerms;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly scenarios: ScenarioSwitch | undefined;
  readonly #options: ResolvedSimulatorOptions;
  readonly #upgradeParts: UpgradeParts;
  readonly #app: ReturnType<typeof createHttpApp>;
  readonly #control: ReturnType<typeof createControlApp>;
  readonly #ghosts = new Set<GhostDevice>();
  readonly #inTurn = createTurns();
  #settings: Settings;
  #listener: Listener | undefined;

  constructor(options: ResolvedSimulatorOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.clock = options.clock;
    this.directory = createDirectory(options.publishers, options.offers);
    this.terms = createCustomerTerms(this.directory, () => this.#settings);
    this.journal = createJournal({
      instance: options.newId('journal'),
      clock: options.clock,
      capacity: options.limits.maxJournalEntries,
      characters: options.limits.maxJournalCharacters,
      showTokens: options.showTokens,
    });
    this.faults = createFaults(options.clock, options.seed);
    const parts = {
      directory: this.directory,
      journal: this.journal,
      faults: this.faults,
      clock: this.clock,
      store: options.store,
      settings: () => this.#settings,
      terms: this.terms,
      limits: options.limits,
      newId: options.newId,
      tamper: options.tamper,
      endpointSecret: crypto.randomUUID(),
      deploy: (fault: DeployFault) => this.#deploy(fault),
    };
    this.runtime = createRuntime(parts);
    this.#upgradeParts = { ...parts, runtime: this.runtime };
    this.sessions = createSessions(this.runtime, options.store);
    this.scenarios = options.scenarios?.(this);
    this.#app = createHttpApp({ ...parts, runtime: this.runtime, scenarios: this.scenarios });
    this.#control = createControlApp({ ...options.control, seen: this, operations: OPERATIONS });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get limits(): Limits {
    return this.#options.limits;
  }

  get controlToken(): string {
    return this.#options.control.token;
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
        ...this.#upgradeParts,
        limits: this.limits,
        fetch: (request, remoteAddress) => this.fetch(request, remoteAddress),
        newId: this.#options.newId,
      },
      options,
    );
    return this.url;
  }

  async fetch(request: Request, remoteAddress?: string): Promise<Response> {
    // The control API is no part of the service: no fault strikes it, and the journal does not have it.
    if (`${new URL(request.url).pathname}/`.startsWith(`${CONTROL_PATH}/`)) {
      return this.#control.fetch(request, { remoteAddress });
    }
    const next = async (honest: Request): Promise<Response> => this.#app.fetch(honest);
    return this.#options.tamper.answer?.(request, next) ?? next(request);
  }

  upgrade(request: UpgradeRequest): Promise<Admission> {
    return admitUpgrade(this.#upgradeParts, request);
  }

  async token({ customerId, publisherId, lifetime, flaw }: TokenOptions): Promise<string> {
    const publisher =
      publisherId === undefined ? this.directory.publishers()[0] : this.directory.publisher(publisherId);
    if (!publisher || !('secret' in publisher.key)) {
      throw new TypeError(`no secret is configured for publisher ${publisherId ?? '(the first)'}`);
    }
    const { secret } = publisher.key;
    const token = { secret, customerId, publisherId: publisher.id, now: this.clock.now(), lifetime };
    return flaw === undefined ? mintCustomerToken(token) : mintFlawedToken(token, flaw);
  }

  ghost(options: GhostOptions): GhostDevice {
    const onLeave = (gone: GhostDevice): void => void this.#ghosts.delete(gone);
    const { runtime, journal } = this;
    const ghost = createGhostDevice({ runtime, journal, newId: this.#options.newId, onLeave }, options);
    this.#ghosts.add(ghost);
    return ghost;
  }

  ghosts(): GhostDevice[] {
    return [...this.#ghosts];
  }

  async advance(milliseconds: number): Promise<FiredTimer[]> {
    const { clock } = this;
    if (!isVirtual(clock)) {
      throw new SimulatorError(
        'ClockIsReal',
        'the clock is the real one; start with a virtual clock to advance it',
      );
    }
    return this.#inTurn(async () => {
      const fired: FiredTimer[] = [];
      const leave = this.runtime.onTimer((timer) => void fired.push(timer));
      await clock.advance(milliseconds).finally(leave);
      return fired;
    });
  }

  pools(scope?: PoolScope): Promise<{ key: PoolKey; pool: PoolState }[]> {
    return this.#options.store.list(scope);
  }

  settled(): Promise<void> {
    return this.runtime.settled();
  }

  async reset(scope: PoolScope = {}): Promise<void> {
    await this.runtime.reset(scope);
    for (const ghost of this.#ghosts) if (isInScope(ghost.customer, scope)) this.#ghosts.delete(ghost);
  }

  async close(): Promise<void> {
    await this.scenarios?.close();
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
