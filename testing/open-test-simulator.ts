import { createScenarioCollection } from '../scenarios/collection.ts';
import type { ScenarioCollection } from '../scenarios/collection.ts';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Clock } from '../simulator/clock.ts';
import type { Terms } from '../simulator/customer-terms.ts';
import type { Fault, ResolvedFault } from '../simulator/faults/fault-kinds.ts';
import type { GhostDevice } from '../simulator/ghost-device.ts';
import type { Journal } from '../simulator/journal.ts';
import type { FiredTimer } from '../simulator/runtime.ts';
import type { HeldSession } from '../simulator/sessions.ts';
import { SimulatorError } from '../simulator/simulator-error.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator, TokenOptions } from '../simulator/simulator.ts';
import { awaitEntry, awaitSession } from './app-sessions.ts';
import type { SessionChoice } from './app-sessions.ts';
import type { Door, OpenDoor } from './door.ts';
import type { AppUser } from './driven-client.ts';
import { drawConversation, gatherEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { resolveTestSimulatorOptions } from './options.ts';
import type { ResolvedTestSimulatorOptions, TestSimulatorOptions } from './options.ts';
import { playInTest } from './play-in-test.ts';
import type { DeviceOptions, TestSimulator } from './test-simulator.ts';

/** Makes a simulator for a test, and opens the way by which its app comes to it. @throws {TypeError} on wrong options. */
export async function openTestSimulator(
  options: TestSimulatorOptions,
  openDoor: OpenDoor,
): Promise<TestSimulator> {
  const resolved = resolveTestSimulatorOptions(options, Date.now());
  const simulator = createSimulator(resolved.simulator);
  try {
    return new SimulatorOfTest(simulator, resolved, await openDoor(simulator, resolved.origin));
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

class SimulatorOfTest implements TestSimulator {
  readonly url: string;
  readonly proxy: string | undefined;
  readonly simulator: Simulator;
  readonly customerId: string;
  readonly #patience: number;
  readonly #scenarios: ScenarioCollection;
  readonly #door: Door;

  constructor(simulator: Simulator, options: ResolvedTestSimulatorOptions, door: Door) {
    this.url = door.url;
    this.proxy = door.proxy;
    this.simulator = simulator;
    this.customerId = options.customerId;
    this.#patience = options.patience;
    this.#scenarios = createScenarioCollection(options.scenarios);
    this.#door = door;
  }

  get journal(): Journal {
    return this.simulator.journal;
  }

  get clock(): Clock {
    return this.simulator.clock;
  }

  token(options: Partial<TokenOptions> = {}): Promise<string> {
    return this.simulator.token({ customerId: this.customerId, ...options });
  }

  change({ enabled, takeover, limit, settings = {} }: Terms): void {
    const { directory } = this.simulator;
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0)) {
      throw new TypeError(`limit: expected 0 or more whole sessions, got ${limit}`);
    }
    this.simulator.configure(settings);
    for (const publisher of directory.publishers()) {
      const { enabled: on, takeover: allowed } = publisher;
      directory.setPublisher({ ...publisher, enabled: enabled ?? on, takeover: takeover ?? allowed });
    }
    for (const offer of directory.offers()) directory.setOffer({ ...offer, limit: limit ?? offer.limit });
  }

  async device(name: string, options: DeviceOptions = {}): Promise<GhostDevice> {
    const { directory } = this.simulator;
    const publisherId = directory.publishers()[0]?.id ?? '';
    const ghost = this.simulator.ghost({
      name,
      customer: { publisherId, customerId: this.customerId },
      choice: { offerId: directory.offers()[0]?.id ?? '' },
      ...options,
    });
    demandGrant(name, await ghost.create());
    return ghost;
  }

  session(which: SessionChoice = {}): Promise<HeldSession> {
    return awaitSession(this.simulator, which, this.#patience);
  }

  async takeOver(by = 'Another device', which?: SessionChoice): Promise<GhostDevice> {
    const { id, offerId, customerId, publisherId } = await this.session(which);
    const customer = { customerId, publisherId };
    const ghost = this.simulator.ghost({ name: by, customer, choice: { offerId } });
    demandGrant(by, await ghost.takeOver(id));
    return ghost;
  }

  async ping(which?: SessionChoice): Promise<void> {
    const { id } = await this.session(which);
    const after = this.journal.last;
    const signal = AbortSignal.timeout(this.#patience);
    await this.simulator.sessions.ping(id);
    await awaitEntry(
      this.simulator,
      ({ sessionId, ...entry }) =>
        sessionId === id && entry.kind === 'frame' && entry.direction === 'in' && entry.action === 'PONG',
      { after, signal },
      () => `the app has left a PING unanswered for ${this.#patience} ms`,
    );
  }

  async cut(which?: SessionChoice): Promise<void> {
    const { id } = await this.session(which);
    const { runtime } = this.simulator;
    for (const { connection } of runtime.connections({ sessionId: id })) {
      await runtime.drop(connection.id, undefined, '', 'cut by the test');
    }
  }

  async expire(which?: SessionChoice): Promise<void> {
    await this.simulator.sessions.expire((await this.session(which)).id);
  }

  async terminate(which?: SessionChoice): Promise<void> {
    await this.simulator.sessions.terminate((await this.session(which)).id);
  }

  fault(fault: Fault): ResolvedFault {
    return this.simulator.faults.add(fault);
  }

  recover(): void {
    this.simulator.faults.clear();
  }

  advance(milliseconds: number): Promise<FiredTimer[]> {
    return this.simulator.advance(milliseconds);
  }

  async play(scenario: string | Scenario, user: AppUser): Promise<ScenarioOutcome> {
    const { simulator, url } = this;
    const found = typeof scenario === 'string' ? await this.#scenarios.find(scenario) : scenario;
    return playInTest(found, user, { simulator, baseUrl: url });
  }

  said(): string[] {
    return this.journal.entries().flatMap((entry) => {
      const isOfApp = entry.kind === 'frame' && entry.direction === 'in' && entry.device === undefined;
      return isOfApp ? [entry.action ?? entry.raw] : [];
    });
  }

  transcript(): string {
    return drawConversation(this.journal.entries());
  }

  evidence(): Evidence[] {
    return gatherEvidence(this.journal.entries());
  }

  async close(): Promise<void> {
    await this.#door.close();
    await this.simulator.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function demandGrant(name: string, { kind }: Awaited<ReturnType<GhostDevice['create']>>): void {
  if (kind === 'granted') return;
  throw new SimulatorError('NotGranted', `${name} was not granted a session: ${kind}`);
}
