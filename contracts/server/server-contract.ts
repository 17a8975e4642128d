import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import picomatch from 'picomatch';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import type { Result, RuleResult } from '../../reports/result.ts';
import { tellChangedRules } from '../changed-rules.ts';
import type { RuleListener } from '../changed-rules.ts';
import type { RecordedReplay } from '../generate/replay-file.ts';
import { carryOutAll } from '../work-queue.ts';
import { makeAcquaintance } from './acquaintance.ts';
import type { Acquaintance } from './acquaintance.ts';
import { buildResult, judgeTally } from './build-result.ts';
import { CaseRunner } from './case-runner.ts';
import { lendCustomer } from './customers.ts';
import { planCases, planRemainingTours } from './plan-cases.ts';
import type { Case } from './plan-cases.ts';
import type { ServerSubject } from './server-subject.ts';
import { watchForStalls } from './stall-watch.ts';
import { Tally } from './tally.ts';
import { beginVisit } from './visit.ts';
import type { Visit } from './visit.ts';

export interface ServerContractOptions {
  /** Decides which conversations are made up; the same seed makes up the same ones. */
  seed: number;
  /** How many conversations are made up beyond those that every run holds. */
  runs?: number | undefined;
  /** How long conversations are made up, in milliseconds; no bound unless told. */
  budget?: number | undefined;
  /** How many checks go on at a time. */
  concurrency?: number | undefined;
  /** Only rules whose id matches this glob are judged. */
  rules?: string | undefined;
  /** Does this one case again, and nothing else; where it was recorded, says where it goes another way. */
  replay?: RecordedReplay | undefined;
  /** The command that a report shows for a replay, without the token. */
  replayCommand?: string | undefined;
  version?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears of each rule while the run goes on; the result has the last word. */
  onRule?: RuleListener | undefined;
  /** When the run began, for the result; now unless told. */
  startedAt?: Date | undefined;
}

/** How far a run has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly name: string;
  /** The rule that the case found broken, the first time that it is. */
  readonly broken?: string | undefined;
}

/**
 * Judges a server by the rules of the catalogue: each rule by itself, and conversations of several devices with the
 * model as the oracle.
 * @throws {TypeError} when the replay names a check that does not exist, or holds steps that are none.
 */
export async function testServer(subject: ServerSubject, options: ServerContractOptions): Promise<Result> {
  return new ServerContract(subject, options).run();
}

/** The names of the cases that a run would go through, in their order. Sends nothing. */
export function planServerContract(subject: ServerSubject, options: ServerContractOptions): string[] {
  return new ServerContract(subject, options).cases().map(({ name }) => name);
}

/** How often tours are repeated that a busy machine was too slow for. */
const MOST_ROUNDS = 2;

class ServerContract {
  readonly #subject: ServerSubject;
  readonly #options: ServerContractOptions;
  readonly #visit: Visit;
  readonly #tally: Tally;
  readonly #isWanted: (rule: string) => boolean;
  #acquaintance: Acquaintance | undefined;

  constructor(subject: ServerSubject, options: ServerContractOptions) {
    this.#subject = subject;
    this.#options = options;
    this.#isWanted = picomatch(options.rules ?? '**');
    this.#visit = beginVisit(options.signal);
    this.#tally = new Tally(options.replay?.heard);
    // Every case that goes on listens for the end.
    if (options.signal) setMaxListeners(Infinity, options.signal);
  }

  cases(): Case[] {
    const { seed, runs = 100, replay } = this.#options;
    const acquaintance = this.#acquaintance;
    return planCases(this.#subject, { seed, runs, replay, isWanted: this.#isWanted, acquaintance });
  }

  async run(): Promise<Result> {
    const { seed, replay, startedAt = new Date(), version = '0.0.0' } = this.#options;
    const start = performance.now();
    await this.#meet();
    if (this.#acquaintance) await this.#carryOutAll(this.#acquaintance, start);
    this.#noteStranded();
    return buildResult(this.#tally, this.#judge(), {
      subject: this.#subject,
      acquaintance: this.#acquaintance,
      ambiguities: this.#acquaintance ? this.#visit.readings.describe() : [],
      isReplay: replay !== undefined,
      toolVersion: version,
      startedAt: startedAt.toISOString(),
      duration: performance.now() - start,
      seed,
      complete: !this.#isBrokenOff,
    });
  }

  /** Breaking off is no error: nothing is known of the server then, and no case begins. */
  async #meet(): Promise<void> {
    try {
      this.#acquaintance = await lendCustomer(this.#subject.customers, (customerId) =>
        makeAcquaintance(this.#subject, customerId, this.#visit),
      );
    } catch (error) {
      if (!this.#isBrokenOff) throw error;
    }
    const { trouble, habits } = this.#acquaintance ?? {};
    if (trouble !== undefined) this.#tally.note(`First contact: ${trouble}`);
    if (habits?.unknownDeadline !== undefined) this.#leaveTimeOpen(habits.unknownDeadline);
    if (!this.#subject.takeover) this.#leaveOutTakeover();
  }

  /** Without a deadline nothing can be said about the rules that are about it. */
  #leaveTimeOpen(unknown: string): void {
    const reason = `The deadline of PONG could not be measured; give it with --pong-timeout. ${unknown}`;
    this.#tally.note(reason);
    this.#leaveOut('liveness', 'inconclusive', reason);
  }

  #leaveOutTakeover(): void {
    this.#leaveOut('takeover', 'not-applicable', 'Takeover is switched off at the subject.');
  }

  /** What a case may yet say of a rule of the section outweighs this. */
  #leaveOut(section: string, kind: 'inconclusive' | 'not-applicable', reason: string): void {
    const rules = SERVER_RULES.filter((rule) => rule.section === section && this.#isWanted(rule.id));
    for (const { id } of rules) {
      this.#tally.outcomes.push({ rule: id, case: 'acquaintance', duration: 0, kind, reason });
    }
  }

  /** @param start when the run began, for its budget. */
  async #carryOutAll({ habits }: Acquaintance, start: number): Promise<void> {
    const { concurrency = 8, signal, onProgress, onRule, budget = Infinity } = this.#options;
    const { seed, replayCommand } = this.#options;
    using stalls = watchForStalls();
    const runner = new CaseRunner({
      subject: this.#subject,
      habits,
      visit: this.#visit,
      stalls,
      tally: this.#tally,
      seed,
      isWanted: this.#isWanted,
      replayCommand,
    });
    const cases = this.cases();
    let done = 0;
    let left = 0;
    const tell = tellChangedRules(onRule);
    const carryOut = async (one: Case): Promise<void> => {
      // What every run holds is held; only what is made up ends with the budget.
      if (one.madeUp && performance.now() - start > budget) {
        left += 1;
        return;
      }
      const broken = await runner.carryOut(one);
      done += 1;
      onProgress?.({ done, total: cases.length, name: one.name, broken });
      tell(() => this.#judge());
    };
    // A case may need two customers.
    const lanes = Math.max(1, Math.min(concurrency, Math.floor(this.#subject.customers.count / 2)));
    const [byThemselves, together] = partition(cases, (one) => 'check' in one && one.check.alone === true);
    await carryOutAll(byThemselves, 1, carryOut, signal);
    await carryOutAll(together, lanes, carryOut, signal);
    const hasTours = cases.some(({ name }) => name.startsWith('tour '));
    for (let round = 1; hasTours && !this.#tally.isBroken && round <= MOST_ROUNDS; round += 1) {
      const again = planRemainingTours(this.#subject, this.#tally.pairs);
      await carryOutAll(again, lanes, carryOut, signal);
    }
    if (left > 0) this.#tally.note(`The budget ended before ${left} of ${cases.length} cases.`);
  }

  /** A guest says what it leaves behind. */
  #noteStranded(): void {
    const { stranded } = this.#visit;
    if (stranded === 0) return;
    this.#tally.note(
      `Sessions whose end was not seen, since their endpoint does not open or the server did not close: ${stranded}. If they live, they are the server's to remove.`,
    );
  }

  #judge(): RuleResult[] {
    return judgeTally(this.#tally, this.#isWanted, this.#acquaintance);
  }

  get #isBrokenOff(): boolean {
    return this.#visit.signal?.aborted === true;
  }
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
