import { parseDuration } from '../format/duration.ts';
import type { ClientSubject } from '../client-subject.ts';
import type { ScenarioOutcome } from '../outcome.ts';
import type { OneOfStep, SayingStep, Step } from '../scenario.ts';
import { Awaiting, endBroken } from './awaiting.ts';
import type { Met } from './evidence.ts';
import { Lookout } from './lookout.ts';
import { listPlayedSteps } from './opening.ts';
import { PATIENCE } from './patience.ts';
import { perform } from './perform.ts';
import type { PerformanceOptions } from './performance-options.ts';
import { StepLog } from './step-log.ts';
import type { StepEnd } from './step-log.ts';
import type { Stage } from './stage.ts';

/** Who does what the scenario says of the user. */
type Driver =
  /** The client itself, told by the driver protocol. */
  | 'client'
  /** Nobody: the client began by itself when it was started. */
  | 'nobody'
  | 'person';

/** One playing of one scenario: goes through the steps, driven by what is seen. */
export class Performance {
  readonly #stage: Stage;
  readonly #options: PerformanceOptions;
  readonly #lookout: Lookout;
  readonly #awaiting: Awaiting;
  readonly #log: StepLog;
  #subject: ClientSubject | undefined;
  #driver: Driver = 'person';
  /** The client began before its user was said to do anything. */
  #hasBegun = false;
  /** A person was asked to do something, and what it leads to has not come yet. */
  #isPersonAsked = false;
  #isRequestTaken = false;
  #number = 0;
  #last: Step | undefined;

  constructor(stage: Stage, options: PerformanceOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#lookout = new Lookout(stage, options);
    this.#awaiting = new Awaiting(this.#lookout, stage.scenario.given);
    this.#log = new StepLog(stage.scenario, stage.simulator.clock, options.onEvent);
  }

  async run(): Promise<ScenarioOutcome> {
    await this.#attach();
    await this.#playAll(listPlayedSteps(this.#stage.scenario));
    this.#lookout.drain();
    const { broken } = this.#lookout.guards;
    if (broken && this.#last && !this.#log.isOver) this.#log.end(this.#number, this.#last, endBroken(broken));
    return this.#log.conclude(this.#lookout.history);
  }

  async close(): Promise<void> {
    this.#lookout.close();
    await this.#subject?.close();
  }

  async #attach(): Promise<void> {
    const { attach } = this.#options;
    const { order } = this.#stage;
    if (!attach || !order) return;
    const lookout = this.#lookout;
    const subject = attach(order);
    this.#subject = subject;
    this.#log.keepLog(subject);
    lookout.follow(subject);
    const isReady = (): boolean =>
      lookout.history.some((seen) => seen.source === 'client' && seen.event.event === 'ready');
    const look = (): Met | undefined =>
      isReady() || lookout.world.heard || lookout.world.exited ? { came: '' } : undefined;
    if (subject.driven) await lookout.waitFor(look, PATIENCE.ready);
    this.#driver = isReady() ? 'client' : 'nobody';
    this.#awaiting.seesClient = isReady() && subject.showsPlayback !== false;
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
    if (step.type === 'never') return this.#awaiting.forbid(step, number);
    if (step.type === 'any-order') return this.#await(step, step.steps);
    if (step.awaits) return this.#await(step, [step]);
    return step.kind === 'clock' ? this.#letTimePass(step) : this.#do(step);
  }

  async #do(step: SayingStep): Promise<StepEnd> {
    const isBegun = this.#hasBegun && step.template === 'presses play';
    this.#lookout.drain();
    this.#lookout.note(step.text);
    this.#hasBegun = false;
    this.#isPersonAsked = false;
    if (isBegun) return { kind: 'pass', came: 'it began by itself' };
    if (step.template === 'presses play' && this.#isAsked()) return { kind: 'pass', came: 'it was pressed' };
    this.#lookout.evidence.forgetThePast();
    const subject = this.#driver === 'client' ? this.#subject : undefined;
    const performed = await perform(step, { stage: this.#stage, world: this.#lookout.world, subject });
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
    return { kind: 'pass', came: ASKED };
  }

  /** The request for a session that brought the scenario on is what comes of the first press on play. */
  #isAsked(): boolean {
    const { request } = this.#options;
    if (!request || this.#isRequestTaken) return false;
    this.#isRequestTaken = true;
    this.#lookout.admit(request);
    return true;
  }

  async #await(step: Step, sayings: readonly SayingStep[]): Promise<StepEnd> {
    const end = await this.#awaiting.all(sayings, this.#patienceFor(step) ?? PATIENCE.step);
    // What cannot be seen says nothing of what the person has done.
    if (end.kind !== 'not-observable') this.#isPersonAsked = false;
    return end;
  }

  async #playOneOf(step: OneOfStep): Promise<readonly Step[]> {
    let rest: readonly Step[] = [];
    await this.#play(step, async () => {
      const taken = await this.#awaiting.oneOf(step, this.#patienceFor(step) ?? PATIENCE.step);
      rest = taken.rest;
      if (taken.end.kind !== 'not-observable') this.#isPersonAsked = false;
      return taken.end;
    });
    return rest;
  }

  async #letTimePass(step: SayingStep): Promise<StepEnd> {
    this.#lookout.note(step.text);
    return this.#awaiting.passTime(parseDuration(step.slots['duration'] ?? '') ?? 0, 'time went on');
  }
}

/** What came of a step that only a person can do: what they do shows in the steps after it. */
export const ASKED = 'asked for';
