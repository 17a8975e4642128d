import { formatSaying } from '../format/format-saying.ts';
import type { NeverStep, Saying } from '../scenario.ts';
import type { Expectation } from './expectations.ts';
import { describeObservation } from './observation.ts';
import type { Observation } from './observation.ts';
import type { World } from './world.ts';

/** A guard that was broken, or a rule that always holds (`step` is left out then). */
export interface Broken {
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
  /** The number of the step that forbids it, from 1. */
  readonly number?: number;
  readonly step?: NeverStep;
}

interface Guard {
  readonly number: number;
  readonly step: NeverStep;
  readonly saying: Saying;
  readonly expectation: Expectation;
  readonly until: Expectation | undefined;
  /** How often it has happened. */
  count?: number;
}

/** What must not happen while the steps go on. The first breach is kept. */
export class Guards {
  readonly #world: World;
  #guards: Guard[] = [];
  #broken: Broken | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get broken(): Broken | undefined {
    return this.#broken;
  }

  /** @param since what came already, after the last thing that the script mentioned. */
  add(guard: Guard, since: readonly Observation[]): void {
    this.#guards.push(guard);
    this.#checkOne(guard, undefined);
    for (const seen of since) this.#checkOne(guard, seen);
  }

  /** Takes away the guards of a step. */
  remove(number: number): void {
    this.#guards = this.#guards.filter((guard) => guard.number !== number);
  }

  /** Judges one thing that was seen, at the moment at which it was seen. */
  check(seen: Observation): void {
    for (const guard of this.#guards) this.#checkOne(guard, seen);
    this.#guards = this.#guards.filter(({ until }) => !until || !matches(until, seen, this.#world));
    this.#checkGate(seen);
  }

  #checkOne(guard: Guard, seen: Observation | undefined): void {
    const { number, step, saying, expectation } = guard;
    if (this.#broken || !matches(expectation, seen, this.#world)) return;
    guard.count = (guard.count ?? 0) + 1;
    if (guard.count <= step.moreThan) return;
    const happened =
      expectation.type === 'state' ? expectation.describe : ((seen && describeObservation(seen)) ?? '');
    const message = `this must not be: ${formatSaying(saying)}`;
    this.#broken = { message, expected: step.text, actual: happened, number, step };
  }

  /** No scenario has to say this one: playing without leave is what DRISC is there to prevent. */
  #checkGate(seen: Observation): void {
    const begins = seen.source === 'client' && seen.event.event === 'playback' && seen.event.playing;
    if (this.#broken || !begins || this.#world.granted) return;
    this.#broken = {
      message: 'the app plays before it was granted',
      expected: 'playback only after OK, or where DRISC is disabled (PROTOCOL.md 5.10)',
      actual: describeObservation(seen) ?? '',
    };
  }
}

function matches(expectation: Expectation, seen: Observation | undefined, world: World): boolean {
  if (expectation.type === 'state') return expectation.holds(world);
  return seen !== undefined && expectation.sees(seen);
}
