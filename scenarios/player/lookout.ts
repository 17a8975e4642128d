import type { JournalEntry } from '../../simulator/journal.ts';
import type { ClientSubject } from '../client-subject.ts';
import { Evidence } from './evidence.ts';
import type { Met } from './evidence.ts';
import { Guards } from './guards.ts';
import type { Broken } from './guards.ts';
import { describeObservation } from './observation.ts';
import type { Observation } from './observation.ts';
import { introduceDevices } from './stage.ts';
import type { Stage } from './stage.ts';
import type { VirtualTime } from './virtual-time.ts';
import { Watch } from './watch.ts';
import { World } from './world.ts';

/** How waiting ended. */
export type Waited =
  | { readonly kind: 'found'; readonly came: string }
  | { readonly kind: 'broken'; readonly broken: Broken }
  | { readonly kind: 'late' }
  | { readonly kind: 'stopped' };

/** What waiting depends on; real time unless told, and until what is awaited comes or is late. */
export interface LookoutOptions {
  readonly time?: VirtualTime | undefined;
  /** Ends the waiting for good. */
  readonly signal?: AbortSignal | undefined;
}

/** Takes in what is seen, one thing at a time, and looks for what is awaited and for what must not be. */
export class Lookout {
  readonly world: World;
  readonly evidence: Evidence;
  readonly guards: Guards;
  readonly #watch: Watch;
  readonly #now: () => number;
  readonly #signal: AbortSignal | undefined;
  #followed: ClientSubject | undefined;

  constructor(stage: Stage, { time, signal }: LookoutOptions) {
    this.world = new World(stage.scenario.given.devices);
    introduceDevices(stage, this.world);
    this.#watch = new Watch(this.world, stage, time);
    this.evidence = new Evidence(this.#watch.history, this.world);
    this.guards = new Guards(this.world);
    this.#now = () => stage.simulator.clock.now();
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.#watch.wake(), { once: true });
  }

  get history(): readonly Observation[] {
    return this.#watch.history;
  }

  follow(subject: ClientSubject): void {
    this.#followed = subject;
    this.#watch.follow(subject);
  }

  /** Adds what the script itself does. */
  note(text: string): void {
    this.#watch.note(text);
  }

  /** Adds something that happened before anybody looked. */
  admit(entry: JournalEntry): void {
    this.#watch.admit(entry);
  }

  /** Takes in, one thing at a time, until `look` finds what it looks for or time is up (milliseconds). */
  async waitFor(look: () => Met | undefined, within: number): Promise<Waited> {
    const due = this.#now() + within;
    for (;;) {
      if (this.#signal?.aborted) return { kind: 'stopped' };
      const { broken } = this.guards;
      if (broken) return { kind: 'broken', broken };
      const met = look();
      if (met) return { kind: 'found', came: met.came };
      if (this.#take()) continue;
      // Nothing more can come of a client that is gone.
      if (this.world.exited && this.#followed) return { kind: 'broken', broken: this.#explainExit() };
      if ((await this.#watch.untilSomething(due)) === 'due' && !this.#signal?.aborted)
        return { kind: 'late' };
    }
  }

  /** Takes in whatever has been seen. */
  drain(): void {
    while (this.#take());
  }

  #take(): boolean {
    const seen = this.#watch.take();
    if (seen) this.guards.check(seen);
    return seen !== undefined;
  }

  /** Says why nothing at all came of the client. */
  explainSilence(patience: string): string {
    return this.world.exited
      ? `the client is gone before anything came of it: ${this.#explainExit().actual}`
      : `nothing came from a client within ${patience}`;
  }

  #explainExit(): Broken {
    const { code, signal } = this.world.exited ?? {};
    const actual = `it exited with ${code ?? signal ?? 'no code'}`;
    return { message: 'the client is gone', expected: 'a client that stays until the end', actual };
  }

  /** What came, in words, from a place in the history on. */
  tellWhatCame(from: number): string {
    const came = this.history.slice(from).flatMap((seen) => describeObservation(seen) ?? []);
    if (came.length === 0) return 'nothing';
    const shown = came.slice(0, MOST_TOLD).join('; ');
    return came.length > MOST_TOLD ? `${shown}; and ${came.length - MOST_TOLD} more` : shown;
  }

  close(): void {
    this.#watch.close();
  }
}

/** How many things that came are told; more would bury the first, which matters most. */
const MOST_TOLD = 6;
