import { formatDuration } from '../format/duration.ts';
import type { Given, NeverStep, OneOfStep, Saying, SayingStep, Step } from '../scenario.ts';
import type { Met } from './evidence.ts';
import { buildExpectation } from './expectations.ts';
import type { Expectation } from './expectations.ts';
import type { Broken } from './guards.ts';
import type { Lookout, Waited } from './lookout.ts';
import type { StepEnd } from './step-log.ts';

/** Carries out the steps that wait: for what is to come, for what must not come, and for time to go by. */
export class Awaiting {
  /** Whether the client shows what its user sees; otherwise only the wire does. */
  seesClient = false;
  readonly #lookout: Lookout;
  readonly #given: Given;

  constructor(lookout: Lookout, given: Given) {
    this.#lookout = lookout;
    this.#given = given;
  }

  /** Waits for all of them, in whatever order, for so many milliseconds. */
  async all(sayings: readonly SayingStep[], within: number): Promise<StepEnd> {
    const from = this.#lookout.history.length;
    const { evidence } = this.#lookout;
    let open = sayings
      .map((saying) => ({ saying, expectation: this.#expect(saying) }))
      .filter(({ expectation }) => this.#canSee(expectation));
    if (open.length === 0) return NOT_OBSERVABLE;
    const found: { expectation: Expectation; met: Met }[] = [];
    const look = (): Met | undefined => {
      const used = new Set(found.flatMap(({ met }) => met.index ?? []));
      open = open.filter(({ expectation }) => {
        const met = evidence.find(expectation, used);
        if (met) found.push({ expectation, met });
        if (met?.index !== undefined) used.add(met.index);
        return !met;
      });
      if (open.length > 0) return undefined;
      for (const { expectation, met } of found) evidence.use(expectation, met);
      return { came: found.map(({ met }) => met.came).join('; ') };
    };
    const waited = await this.#lookout.waitFor(look, within);
    const listMissing = (): string => open.map(({ saying }) => saying.text).join(', ');
    return this.#settle(waited, { within, from, listMissing });
  }

  /**
   * Waits for the first step of a branch; gives back the rest of that branch. One that begins with "never … for" is
   * taken when that time is over and no other branch has begun.
   */
  async oneOf(step: OneOfStep, patience: number): Promise<{ end: StepEnd; rest: readonly Step[] }> {
    const from = this.#lookout.history.length;
    const { evidence } = this.#lookout;
    let rest: readonly Step[] = [];
    const branches = step.branches.flatMap(([first, ...others]) => {
      const expectation = first?.type === 'say' ? this.#expect(first) : undefined;
      return expectation && this.#canSee(expectation) ? [{ expectation, others }] : [];
    });
    if (branches.length === 0) return { end: NOT_OBSERVABLE, rest };
    const look = (): Met | undefined => {
      for (const { expectation, others } of branches) {
        const met = evidence.find(expectation);
        if (!met) continue;
        evidence.use(expectation, met);
        rest = others;
        return met;
      }
      return undefined;
    };
    const [silent, ...others] = step.branches.find(([first]) => first?.type === 'never') ?? [];
    const within = (silent?.type === 'never' ? silent.for : undefined) ?? patience;
    const waited = await this.#lookout.waitFor(look, within);
    if (waited.kind === 'late' && silent) return { end: { kind: 'pass', came: silent.text }, rest: others };
    return { end: this.#settle(waited, { within, from, listMissing: () => step.text }), rest };
  }

  /** Waits for nothing, for so many milliseconds; what is forbidden may come all the same. */
  async passTime(duration: number, came: string): Promise<StepEnd> {
    const waited = await this.#lookout.waitFor(() => undefined, duration);
    if (waited.kind === 'broken') return endBroken(waited.broken);
    return waited.kind === 'stopped' ? STOPPED : { kind: 'pass', came };
  }

  /** Forbids something, for so long or from here on. */
  async forbid(step: NeverStep, number: number): Promise<StepEnd> {
    const until = step.until && this.#expect(step.until);
    const visible = step.unwanted
      .map((saying) => ({ number, step, saying, expectation: this.#expect(saying), until }))
      .filter(({ expectation }) => this.#canSee(expectation));
    if (visible.length === 0) return NOT_OBSERVABLE;
    const { guards, evidence } = this.#lookout;
    for (const guard of visible) guards.add(guard, evidence.listUnused(guard.expectation));
    if (step.for === undefined && !guards.broken) return { kind: 'pass', came: 'from here on' };
    const end = await this.passTime(step.for ?? 0, 'it did not');
    guards.remove(number);
    return end;
  }

  #expect(saying: Saying): Expectation {
    return buildExpectation(saying, { given: this.#given, world: this.#lookout.world });
  }

  #canSee({ needs }: Expectation): boolean {
    return needs === 'wire' || this.seesClient;
  }

  #settle(
    waited: Waited,
    { within, from, listMissing }: { within: number; from: number; listMissing: () => string },
  ): StepEnd {
    const { world } = this.#lookout;
    if (waited.kind === 'found') return { kind: 'pass', came: waited.came };
    if (waited.kind === 'stopped') return STOPPED;
    const patience = formatDuration(within);
    if (!world.heard) return { kind: 'stop', reason: this.#lookout.explainSilence(patience) };
    if (waited.kind === 'broken') return endBroken(waited.broken);
    const missing = listMissing();
    const actual = this.#lookout.tellWhatCame(from);
    return {
      kind: 'fail',
      message: `this did not come: ${missing}`,
      expected: `${missing}, within ${patience}`,
      actual,
    };
  }
}

/** The end of a step during which something came that must not. */
export function endBroken({ step, number, message, expected, actual }: Broken): StepEnd {
  const blame = step && number ? { blame: { step, number } } : {};
  return { kind: 'fail', message, expected, actual, ...blame };
}

const NOT_OBSERVABLE: StepEnd = {
  kind: 'not-observable',
  came: 'only a client that speaks the driver protocol shows this (docs/driver-protocol.md)',
};

const STOPPED: StepEnd = { kind: 'stop', reason: 'it was switched off' };
