import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Clock } from '../simulator/clock.ts';
import type { Terms } from '../simulator/customer-terms.ts';
import type { Fault, ResolvedFault } from '../simulator/faults/fault-kinds.ts';
import type { GhostDevice, GhostOptions } from '../simulator/ghost-device.ts';
import type { Journal } from '../simulator/journal.ts';
import type { FiredTimer } from '../simulator/runtime.ts';
import type { HeldSession } from '../simulator/sessions.ts';
import type { Simulator, TokenOptions } from '../simulator/simulator.ts';
import type { SessionChoice } from './app-sessions.ts';
import type { AppUser } from './driven-client.ts';
import type { Evidence } from './evidence.ts';

/** How another device of the customer comes into a test. */
export type DeviceOptions = Partial<Pick<GhostOptions, 'customer' | 'choice' | 'behaviour'>>;

/**
 * A simulator for one test, and what a test does with it. What is done to the app waits until the app holds a session and
 * has been told OK: five seconds, unless `patience` says otherwise.
 */
export interface TestSimulator extends AsyncDisposable {
  /** What the app takes for the base URL of the service. */
  readonly url: string;
  /** The proxy that leads pages of a browser from the origin here; nothing where there is none. */
  readonly proxy: string | undefined;
  /** Everything else. Its journal shows tokens; what `evidence()` gives has them masked. */
  readonly simulator: Simulator;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly customerId: string;
  /** Signs a token of the test's customer, or another one. */
  token(options?: Partial<TokenOptions>): Promise<string>;
  /** Changes for everybody what a dashboard or a setting would: DRISC, takeover, the limit at each offer, settings. */
  change(terms: Terms): void;
  /**
   * Lets another device of the customer play, at the first offer unless told.
   * @throws {SimulatorError} `NotGranted`
   */
  device(name: string, options?: DeviceOptions): Promise<GhostDevice>;
  /** The app's session. @throws {SimulatorError} `NothingCame` */
  session(which?: SessionChoice): Promise<HeldSession>;
  /** Lets another device take the app's session over. @throws {SimulatorError} `NothingCame`, `NotGranted` */
  takeOver(by?: string, which?: SessionChoice): Promise<GhostDevice>;
  /** Sends the app a PING and waits for its PONG. @throws {SimulatorError} `NothingCame` */
  ping(which?: SessionChoice): Promise<void>;
  /** Breaks the app's connection, as a network does; the session stays. @throws {SimulatorError} `NothingCame` */
  cut(which?: SessionChoice): Promise<void>;
  /** Forgets the app's session, which is told EXPIRED. @throws {SimulatorError} `NothingCame` */
  expire(which?: SessionChoice): Promise<void>;
  /** Sends the app TERMINATE; the record stays. @throws {SimulatorError} `NothingCame` */
  terminate(which?: SessionChoice): Promise<void>;
  /** Lets something go wrong. @throws {TypeError} on an unknown kind or parameter. */
  fault(fault: Fault): ResolvedFault;
  /** Ends every fault. */
  recover(): void;
  /** Moves the virtual clock on, in milliseconds. @throws {SimulatorError} `ClockIsReal` */
  advance(milliseconds: number): Promise<FiredTimer[]>;
  /**
   * Plays a scenario of the library, or one of the test's own, with the app; `user` does what it says of the user. The
   * app is the customer 1001's, and the sessions that there were are over.
   * @throws {TestFailure} `ScenarioNotPassed` @throws {SimulatorError} `UnknownScenario`
   */
  play(scenario: string | Scenario, user: AppUser): Promise<ScenarioOutcome>;
  /** The messages that the app has sent so far, by their actions. */
  said(): string[];
  /** The conversation so far, drawn as text, time downwards. */
  transcript(): string;
  /** What the test's report should have when it fails: transcript, journal, HAR. */
  evidence(): Evidence[];
  close(): Promise<void>;
}
