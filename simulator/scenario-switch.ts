import type { OfferChoice } from '../protocol/http-bodies.ts';
import type { CustomerClaims } from '../protocol/tokens.ts';
import type { JournalEntry } from './journal.ts';

/** A scenario that can be switched on. */
export interface ScenarioEntry {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly tags: readonly string[];
  /** Ids of the rules that it exercises. */
  readonly rules: readonly string[];
  /** Why it cannot be switched on in a simulator that others use as well; nothing where it can. */
  readonly obstacle?: string | undefined;
}

/** A step of a scenario that is on: `prompt` is awaited too, after a person has been asked to do it. */
export interface ScenarioStep {
  /** Counts the steps that were begun, from 1; nothing for one that is still to come. */
  readonly number?: number | undefined;
  readonly text: string;
  readonly state:
    'to-come' | 'prompt' | 'awaited' | 'under-way' | 'pass' | 'fail' | 'not-observable' | 'not-reached';
  /** What came, in words. */
  readonly came?: string | undefined;
  /** Milliseconds that it took. */
  readonly took?: number | undefined;
  /** When waiting for it ends, in milliseconds since the epoch. */
  readonly until?: number | undefined;
  readonly rules: readonly string[];
}

/** Where a scenario failed. */
export interface ScenarioBreach {
  readonly number: number;
  readonly step: string;
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * A scenario that is on for a customer, or that was. `stopped` was switched off; `not-exercised` ended because nothing
 * came; `error` is a fault of ours.
 */
export interface ScenarioPlay extends CustomerClaims {
  readonly scenario: string;
  readonly title: string;
  readonly offerId: string;
  readonly state: 'on' | 'pass' | 'fail' | 'not-exercised' | 'stopped' | 'error';
  /** Why, where it is neither on nor passed nor failed. */
  readonly reason?: string | undefined;
  /** What whoever drives the app has to know. */
  readonly notes: readonly string[];
  readonly steps: readonly ScenarioStep[];
  readonly breach?: ScenarioBreach | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
}

/** For whom a scenario is switched on, and how it came to it. */
export interface ScenarioCue {
  readonly customer: CustomerClaims;
  /** Where the scenario's devices play; the publisher's first offer unless told. */
  readonly choice?: OfferChoice | undefined;
  /** The request for a session that switched it on: the user has pressed play already. */
  readonly request?: JournalEntry | undefined;
}

/**
 * What plays scenarios in a running simulator. The simulator only passes on who wants one: it knows no scenario, and
 * whoever puts the two together fills this in.
 */
export interface ScenarioSwitch {
  list(): Promise<readonly ScenarioEntry[]>;
  /** The scenarios that are on, and for the other customers their last one. */
  plays(): readonly ScenarioPlay[];
  /**
   * Puts a customer into a scenario, in place of another one that is on; resolves when the app's turn has come. Where
   * the same one is on already, and a request asks for it, it goes on.
   * @throws {SimulatorError} `UnknownScenario`, `NotForSwitching`, `UnknownPublisher`, `UnknownOffer`
   */
  switchOn(name: string, cue: ScenarioCue): Promise<ScenarioPlay>;
  /** Switches a customer's scenario off, and forgets it. @returns how it ended; nothing where there was none. */
  switchOff(customer: CustomerClaims): Promise<ScenarioPlay | undefined>;
  close(): Promise<void>;
}
