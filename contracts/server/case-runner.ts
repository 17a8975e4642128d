import { performance } from 'node:perf_hooks';
import type { Failure, TranscriptEntry } from '../../reports/result.ts';
import { formatStep } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import { shrinkConversation } from '../generate/shrink.ts';
import type { Outcome } from '../verdict.ts';
import { runConversation } from './conversation-run.ts';
import type { ConversationOutcome } from './conversation-run.ts';
import { lendCustomer } from './customers.ts';
import { describeFailure } from './describe-failure.ts';
import { describeSilence, isSilence } from './device.ts';
import { Bench } from './direct-check.ts';
import type { DirectCheck } from './direct-check.ts';
import { slowDown } from './habits.ts';
import type { Habits } from './habits.ts';
import type { Case } from './plan-cases.ts';
import type { ServerSubject } from './server-subject.ts';
import type { StallWatch } from './stall-watch.ts';
import type { Tally } from './tally.ts';
import { longestAnswer } from './tempo.ts';
import { Inconclusive, Unmet, Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import type { Visit } from './visit.ts';

/** How often a case is looked at that speaks against the server while it or this process was slow. */
const MOST_TRIES = 3;

/** What every case of a run is carried out with. */
export interface CaseRunnerOptions {
  readonly subject: ServerSubject;
  readonly habits: Habits;
  readonly visit: Visit;
  readonly stalls: StallWatch;
  /** Where it is written what came of it. */
  readonly tally: Tally;
  readonly seed: number;
  readonly isWanted: (rule: string) => boolean;
  readonly replayCommand?: string | undefined;
}

/** A case as it was looked at once. */
interface Look<Seen> {
  readonly seen: Seen;
  /** Whether a fault of the server showed; `open` where we were too slow to say. */
  readonly fault: 'yes' | 'no' | 'open';
  readonly transcript: readonly TranscriptEntry[];
}

/** Carries out the cases of a run, as often as is just, and turns what they find into data. */
export class CaseRunner {
  readonly #options: CaseRunnerOptions;
  /** Rules that a conversation has found broken: one counterexample each is enough. */
  readonly #broken = new Set<string>();

  constructor(options: CaseRunnerOptions) {
    this.#options = options;
  }

  /** Gives the rule that the case found broken. */
  carryOut(one: Case): Promise<string | undefined> {
    return 'check' in one ? this.#runCheck(one.check) : this.#runConversation(one.name, one.steps);
  }

  async #runCheck(check: DirectCheck): Promise<string | undefined> {
    const { rule } = check;
    const { subject, tally } = this.#options;
    const lack = check.lacks?.(subject);
    if (lack !== undefined) {
      tally.outcomes.push({ rule, case: rule, duration: 0, kind: 'not-applicable', reason: lack });
      return undefined;
    }
    const outcome = await this.#repeatWhereLate((habits) =>
      lendCustomer(subject.customers, (customerId) => this.#judgeBy(check, customerId, habits)),
    );
    tally.outcomes.push(outcome);
    return outcome.kind === 'violated' ? rule : undefined;
  }

  /**
   * What speaks against a server while this process stalled may be our own fault, and while the server took longer than
   * we reckoned with, that of our haste: it is looked at again, with other customers. What comes out every time stands.
   */
  async #repeatWhereLate<Seen>(look: (habits: Habits) => Promise<Look<Seen>>): Promise<Seen> {
    let { habits } = this.#options;
    let isDoubted = false;
    for (let tries = 1; ; tries += 1) {
      const start = performance.now();
      const { seen, fault, transcript } = await look(habits);
      if (fault === 'no' || tries === MOST_TRIES || this.#isBrokenOff) return seen;
      if (fault === 'open' && !isDoubted) return seen;
      const hasStalled = this.#options.stalls.longestSince(start) > habits.tolerance / 2;
      const answer = longestAnswer(transcript);
      const isSlower = answer > habits.tolerance;
      if (fault === 'yes' && !hasStalled && !isSlower) return seen;
      isDoubted = true;
      if (isSlower) habits = slowDown(habits, answer);
    }
  }

  async #judgeBy(check: DirectCheck, customerId: string, habits: Habits): Promise<Look<Outcome>> {
    const { rule } = check;
    const { subject, seed, visit, tally } = this.#options;
    const outcome = { rule, case: rule };
    const bench = new Bench(rule, subject, habits, customerId, { seed, visit });
    const tell = (seen: Outcome): Look<Outcome> => ({
      seen,
      fault: seen.kind === 'violated' ? 'yes' : seen.kind === 'inconclusive' ? 'open' : 'no',
      transcript: [...bench.record.entries],
    });
    try {
      await check.run(bench);
      return tell({ ...outcome, duration: bench.record.now(), kind: 'held' });
    } catch (error) {
      return tell({ ...outcome, duration: bench.record.now(), ...this.#explain(error, rule, bench) });
    } finally {
      tally.compare(bench.record.entries);
      await bench.close();
    }
  }

  #explain(error: unknown, check: string, bench: Bench) {
    if (error instanceof Unmet) return { kind: 'not-observable', reason: error.message } as const;
    if (error instanceof Inconclusive) return { kind: 'inconclusive', reason: error.message } as const;
    if (error instanceof Violation) return this.#violated(error.finding, check, bench);
    // Ctrl-C ends a token command as well, and whatever else a check waits for.
    if (this.#isBrokenOff) return { kind: 'inconclusive', reason: 'the run was broken off' } as const;
    if (isSilence(error)) return this.#violated(describeSilence(error, check), check, bench);
    // Whatever else goes wrong in a check is our fault, and no reason to lose what the others found.
    return { kind: 'error', reason: error instanceof Error ? error.message : String(error) } as const;
  }

  #violated(finding: Finding, check: string, bench: Bench) {
    const replay = { side: 'server', check } as const;
    const { replayCommand } = this.#options;
    const failure = describeFailure(finding, bench.record.entries, replay, replayCommand);
    return { kind: 'violated', failure } as const;
  }

  async #runConversation(name: string, steps: readonly Step[]): Promise<string | undefined> {
    const { tally, isWanted } = this.#options;
    const holdCalmly = () => this.#repeatWhereLate((habits) => this.#hold(steps, habits));
    let outcome = await holdCalmly();
    if (outcome.inconclusive !== undefined && !this.#isBrokenOff) outcome = await holdCalmly();
    if (outcome.inconclusive !== undefined && !this.#isBrokenOff)
      tally.note(`${name}: inconclusive, ${outcome.inconclusive}`);
    tally.compare(outcome.transcript);
    tally.cover(outcome);
    const share = outcome.duration / Math.max(1, outcome.held.size);
    for (const rule of outcome.held.keys()) {
      if (isWanted(rule)) tally.outcomes.push({ rule, case: name, duration: share, kind: 'held' });
    }
    const { finding } = outcome;
    if (!finding || !isWanted(finding.rule) || this.#broken.has(finding.rule)) return undefined;
    this.#broken.add(finding.rule);
    const failure = await this.#shrink(name, steps, outcome);
    tally.outcomes.push({ rule: finding.rule, case: name, duration: 0, kind: 'violated', failure });
    return finding.rule;
  }

  async #hold(steps: readonly Step[], habits: Habits): Promise<Look<ConversationOutcome>> {
    const { subject, visit } = this.#options;
    const seen = await runConversation(subject, habits, steps, visit);
    const fault = seen.finding ? 'yes' : seen.inconclusive === undefined ? 'no' : 'open';
    return { seen, fault, transcript: seen.transcript };
  }

  async #shrink(name: string, steps: readonly Step[], outcome: ConversationOutcome): Promise<Failure> {
    let shown = outcome;
    const shrunk = await shrinkConversation(steps, async (candidate) => {
      const { seen: again } = await this.#hold(candidate, this.#options.habits);
      const same = again.finding?.rule === outcome.finding?.rule;
      if (same) shown = again;
      return same;
    });
    const replay = { side: 'server', check: name, steps: shrunk } as const;
    const { replayCommand } = this.#options;
    return {
      ...describeFailure(shown.finding!, shown.transcript, replay, replayCommand),
      steps: shrunk.map(formatStep),
    };
  }

  get #isBrokenOff(): boolean {
    return this.#options.visit.signal?.aborted === true;
  }
}
