import { formatDuration, parseDuration } from '../format/duration.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import type { NeverStep, OneOfStep, Saying, SayingStep, Step } from '../scenario.ts';
import { Evidence } from './evidence.ts';
import type { Met } from './evidence.ts';
import { buildExpectation } from './expectations.ts';
import type { Expectation } from './expectations.ts';
import { Guards } from './guards.ts';
import type { Broken } from './guards.ts';
import { describeObservation } from './observation.ts';
import { listPlayedSteps } from './opening.ts';
import { PATIENCE } from './patience.ts';
import { perform } from './perform.ts';
import type { PlayOptions } from './play-scenario.ts';
import { StepLog } from './step-log.ts';
import type { StepEnd } from './step-log.ts';
import { introduceDevices } from './stage.ts';
import type { Stage } from './stage.ts';
import { Watch } from './watch.ts';
import { World } from './world.ts';

/** Who does what the scenario says of the user. */
type Driver =
  /** The client itself, told by the driver protocol. */
  | 'client'
  /** Nobody: the client began by itself when it was started. */
  | 'nobody'
  | 'person';

/** How waiting ended. */
type Waited = { kind: 'found'; came: string } | { kind: 'broken'; broken: Broken } | { kind: 'late' };

/** One playing of one scenario: goes through the steps, driven by what is seen. */
export class Performance {
  readonly #stage: Stage;
  readonly #options: PlayOptions;
  readonly #world: World;
  readonly #watch: Watch;
  readonly #evidence: Evidence;
  readonly #guards: Guards;
  readonly #log: StepLog;
  #subject: ClientSubject | undefined;
  #driver: Driver = 'person';
  /** The client began before its user was said to do anything. */
  #hasBegun = false;
  /** A person was asked to do something, and what it leads to has not come yet. */
  #isPersonAsked = false;
  #number = 0;
  #last: Step | undefined;
  #stepFrom = 0;

  constructor(stage: Stage, options: PlayOptions) {
    this.#stage = stage;
    this.#options = options;
    const { clock, journal } = stage.simulator;
    this.#world = new World(stage.scenario.given.devices);
    introduceDevices(stage, this.#world);
    this.#watch = new Watch(this.#world, clock, journal, options.time);
    this.#evidence = new Evidence(this.#watch.history, this.#world);
    this.#guards = new Guards(this.#world);
    this.#log = new StepLog(stage.scenario, clock, options.onEvent);
  }

  async run(): Promise<ScenarioOutcome> {
    await this.#attach();
    await this.#playAll(listPlayedSteps(this.#stage.scenario));
    this.#drain();
    const { broken } = this.#guards;
    if (broken && this.#last && !this.#log.isOver)
      this.#log.end(this.#number, this.#last, this.#fail(broken));
    return this.#log.conclude(this.#watch.history);
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#subject?.close();
  }

  async #attach(): Promise<void> {
    const { attach } = this.#options;
    if (!attach) return;
    const subject = attach(this.#stage.order);
    this.#subject = subject;
    this.#log.keepLog(subject);
    this.#watch.follow(subject);
    const isReady = (): boolean =>
      this.#watch.history.some((seen) => seen.source === 'client' && seen.event.event === 'ready');
    const look = (): Met | undefined =>
      isReady() || this.#world.heard || this.#world.exited ? { came: '' } : undefined;
    if (subject.driven) await this.#waitFor(look, PATIENCE.ready);
    this.#driver = isReady() ? 'client' : 'nobody';
    this.#hasBegun = !isReady();
  }

  async #playAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (this.#log.isOver) return;
      if (step.type === 'repeat') {
        for (let time = 0; time < step.times; time += 1) await this.#playAll(step.steps);
      } else if (step.type === 'one-of') {
        await this.#playAll(await this.#playOneOf(step));
      } else {
        await this.#play(step, (number) => this.#carryOut(step, number));
      }
    }
  }

  async #play(step: Step, carryOut: (number: number) => Promise<StepEnd>): Promise<void> {
    this.#number += 1;
    const number = this.#number;
    this.#last = step;
    const isPrompt = step.type === 'say' && step.kind === 'user' && this.#driver === 'person';
    this.#log.begin(number, step, isPrompt, this.#patienceFor(step));
    this.#stepFrom = this.#watch.history.length;
    this.#log.end(number, step, await carryOut(number));
  }

  /** A person may take their time; a machine may not. */
  #patienceFor(step: Step): number | undefined {
    if (step.type === 'never') return step.for;
    if (step.type === 'say' && !step.awaits) return undefined;
    const within = step.within ?? PATIENCE.step;
    return this.#isPersonAsked ? (this.#options.patience ?? Math.max(within, PATIENCE.person)) : within;
  }

  #carryOut(step: Exclude<Step, { type: 'one-of' | 'repeat' }>, number: number): Promise<StepEnd> {
    if (step.type === 'never') return this.#forbid(step, number);
    if (step.type === 'any-order') return this.#await(step, step.steps);
    if (step.awaits) return this.#await(step, [step]);
    return step.kind === 'clock' ? this.#letTimePass(step) : this.#do(step);
  }

  async #do(step: SayingStep): Promise<StepEnd> {
    const isBegun = this.#hasBegun && step.template === 'presses play';
    this.#drain();
    this.#watch.note(step.text);
    this.#hasBegun = false;
    this.#isPersonAsked = false;
    if (isBegun) return { kind: 'pass', came: 'it began by itself' };
    this.#evidence.forgetThePast();
    const subject = this.#driver === 'client' ? this.#subject : undefined;
    const performed = await perform(step, { stage: this.#stage, world: this.#world, subject });
    if (performed.kind === 'done') return { kind: 'pass', came: 'done' };
    if (performed.kind === 'no-way') {
      return { kind: 'stop', reason: `the client leaves its user no way to do this: ${step.text}` };
    }
    if (performed.kind === 'impossible') {
      const { expected, actual } = performed;
      return { kind: 'fail', message: `this could not be done: ${step.text}`, expected, actual };
    }
    if (this.#driver === 'nobody') {
      const reason = `the client does not speak the driver protocol, and nobody else can do this: ${step.text}`;
      return { kind: 'stop', reason };
    }
    this.#isPersonAsked = true;
    return { kind: 'pass', came: 'asked for' };
  }

  async #await(step: Step, sayings: readonly SayingStep[]): Promise<StepEnd> {
    let open = sayings
      .map((saying) => ({ saying, expectation: this.#expect(saying) }))
      .filter(({ expectation }) => this.#canSee(expectation));
    if (open.length === 0) return NOT_OBSERVABLE;
    const found: { expectation: Expectation; met: Met }[] = [];
    const look = (): Met | undefined => {
      const used = new Set(found.flatMap(({ met }) => met.index ?? []));
      open = open.filter(({ expectation }) => {
        const met = this.#evidence.find(expectation, used);
        if (met) found.push({ expectation, met });
        if (met?.index !== undefined) used.add(met.index);
        return !met;
      });
      if (open.length > 0) return undefined;
      for (const { expectation, met } of found) this.#evidence.use(expectation, met);
      return { came: found.map(({ met }) => met.came).join('; ') };
    };
    const within = this.#patienceFor(step) ?? PATIENCE.step;
    const waited = await this.#waitFor(look, within);
    return this.#settle(waited, within, () => open.map(({ saying }) => saying.text).join(', '));
  }

  /**
   * Waits for the first step of a branch; gives back the rest of that branch. One that begins with "never … for" is
   * taken when that time is over and no other branch has begun.
   */
  async #playOneOf(step: OneOfStep): Promise<readonly Step[]> {
    let rest: readonly Step[] = [];
    const silent = step.branches.find(([first]) => first?.type === 'never');
    await this.#play(step, async () => {
      const branches = step.branches.flatMap(([first, ...others]) => {
        const expectation = first?.type === 'say' ? this.#expect(first) : undefined;
        return expectation && this.#canSee(expectation) ? [{ expectation, others }] : [];
      });
      if (branches.length === 0) return NOT_OBSERVABLE;
      const look = (): Met | undefined => {
        for (const { expectation, others } of branches) {
          const met = this.#evidence.find(expectation);
          if (!met) continue;
          this.#evidence.use(expectation, met);
          rest = others;
          return met;
        }
        return undefined;
      };
      const [first, ...others] = silent ?? [];
      const within = (first?.type === 'never' ? first.for : this.#patienceFor(step)) ?? PATIENCE.step;
      const waited = await this.#waitFor(look, within);
      if (waited.kind !== 'late' || !first) return this.#settle(waited, within, () => step.text);
      rest = others;
      return { kind: 'pass', came: first.text };
    });
    return rest;
  }

  async #letTimePass(step: SayingStep): Promise<StepEnd> {
    this.#watch.note(step.text);
    const waited = await this.#waitFor(() => undefined, parseDuration(step.slots['duration'] ?? '') ?? 0);
    return waited.kind === 'broken' ? this.#fail(waited.broken) : { kind: 'pass', came: 'time went on' };
  }

  async #forbid(step: NeverStep, number: number): Promise<StepEnd> {
    const until = step.until && this.#expect(step.until);
    const visible = step.unwanted
      .map((saying) => ({ number, step, saying, expectation: this.#expect(saying), until }))
      .filter(({ expectation }) => this.#canSee(expectation));
    if (visible.length === 0) return NOT_OBSERVABLE;
    for (const guard of visible) this.#guards.add(guard, this.#evidence.listUnused(guard.expectation));
    if (step.for === undefined && !this.#guards.broken) return { kind: 'pass', came: 'from here on' };
    const waited = await this.#waitFor(() => undefined, step.for ?? 0);
    this.#guards.remove(number);
    return waited.kind === 'broken' ? this.#fail(waited.broken) : { kind: 'pass', came: 'it did not' };
  }

  #expect(saying: Saying): Expectation {
    return buildExpectation(saying, { given: this.#stage.scenario.given, world: this.#world });
  }

  #canSee({ needs }: Expectation): boolean {
    return needs === 'wire' || this.#driver === 'client';
  }

  /** Takes in what is seen, one thing at a time, until `look` finds what it looks for or time is up. */
  async #waitFor(look: () => Met | undefined, within: number): Promise<Waited> {
    const due = this.#stage.simulator.clock.now() + within;
    for (;;) {
      const { broken } = this.#guards;
      if (broken) return { kind: 'broken', broken };
      const met = look();
      if (met) return { kind: 'found', came: met.came };
      if (this.#take()) continue;
      // Nothing more can come of a client that is gone.
      if (this.#world.exited && this.#subject) return { kind: 'broken', broken: this.#explainExit() };
      if ((await this.#watch.untilSomething(due)) === 'due') return { kind: 'late' };
    }
  }

  #take(): boolean {
    const seen = this.#watch.take();
    if (seen) this.#guards.check(seen);
    return seen !== undefined;
  }

  #drain(): void {
    while (this.#take());
  }

  #settle(waited: Waited, within: number, listMissing: () => string): StepEnd {
    this.#isPersonAsked = false;
    if (waited.kind === 'found') return { kind: 'pass', came: waited.came };
    if (!this.#world.heard) return { kind: 'stop', reason: this.#explainSilence(within) };
    if (waited.kind === 'broken') return this.#fail(waited.broken);
    const missing = listMissing();
    const expected = `${missing}, within ${formatDuration(within)}`;
    return { kind: 'fail', message: `this did not come: ${missing}`, expected, actual: this.#tellWhatCame() };
  }

  #fail(broken: Broken): StepEnd {
    const { step, number, message, expected, actual } = broken;
    return {
      kind: 'fail',
      message,
      expected,
      actual,
      ...(step && number ? { blame: { step, number } } : {}),
    };
  }

  #explainExit(): Broken {
    const { code, signal } = this.#world.exited ?? {};
    const actual = `it exited with ${code ?? signal ?? 'no code'}`;
    return { message: 'the client is gone', expected: 'a client that stays until the end', actual };
  }

  #explainSilence(within: number): string {
    if (this.#world.exited)
      return `the client is gone before anything came of it: ${this.#explainExit().actual}`;
    return `nothing came from a client within ${formatDuration(within)}`;
  }

  /** What came since the step began, in words. */
  #tellWhatCame(): string {
    const came = this.#watch.history.slice(this.#stepFrom).flatMap((seen) => describeObservation(seen) ?? []);
    if (came.length === 0) return 'nothing';
    const shown = came.slice(0, MOST_TOLD).join('; ');
    return came.length > MOST_TOLD ? `${shown}; and ${came.length - MOST_TOLD} more` : shown;
  }
}

/** How many things that came are told; more would bury the first, which matters most. */
const MOST_TOLD = 6;

const NOT_OBSERVABLE: StepEnd = {
  kind: 'not-observable',
  came: 'only a client that speaks the driver protocol shows this (docs/driver-protocol.md)',
};
