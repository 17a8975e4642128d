import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { SESSION_STATES } from '../../protocol/model/session-table.ts';
import { SERVER_RULES } from '../../protocol/rules/catalogue.ts';
import { RESULT_VERSION } from '../../reports/result.ts';
import type { Coverage, Failure, Result, RuleResult } from '../../reports/result.ts';
import { redact } from '../../simulator/redact.ts';
import { formatStep, stepSchema } from '../generate/conversation.ts';
import type { Step } from '../generate/conversation.ts';
import { conversations } from '../generate/conversation-arbitrary.ts';
import { formatReplayToken } from '../generate/replay-token.ts';
import type { Replay } from '../generate/replay-token.ts';
import { findDrifts, formatDrift, heardIn } from '../generate/drift.ts';
import type { RecordedReplay } from '../generate/replay-file.ts';
import { shrinkConversation } from '../generate/shrink.ts';
import {
  nameTransition,
  planTours,
  reachableTransitions,
  transitionPairs,
} from '../generate/transition-tours.ts';
import { tellChangedRules } from '../changed-rules.ts';
import type { RuleListener } from '../changed-rules.ts';
import { judgeRules } from '../verdict.ts';
import type { Outcome } from '../verdict.ts';
import { carryOutAll } from '../work-queue.ts';
import { makeAcquaintance } from './acquaintance.ts';
import type { Acquaintance } from './acquaintance.ts';
import { authorisationChecks } from './authorisation.ts';
import { challengeChecks } from './challenges.ts';
import { concurrencyChecks } from './concurrency.ts';
import { corsChecks } from './cors.ts';
import { describeSilence, isSilence } from './device.ts';
import { runConversation } from './conversation-run.ts';
import type { ConversationOutcome } from './conversation-run.ts';
import { creationChecks } from './creation.ts';
import { Bench } from './direct-check.ts';
import type { DirectCheck } from './direct-check.ts';
import { misuseChecks } from './misuse.ts';
import { nameChecks } from './names.ts';
import type { Habits } from './habits.ts';
import type { ServerSubject } from './server-subject.ts';
import { watchForStalls } from './stall-watch.ts';
import type { StallWatch } from './stall-watch.ts';
import { strayChecks } from './strays.ts';
import { takeoverChecks } from './takeover.ts';
import { tellConversations } from './told-conversations.ts';
import { Inconclusive, Unmet, Violation } from './violation.ts';
import type { Finding } from './violation.ts';
import { beginVisit } from './visit.ts';
import type { Visit } from './visit.ts';

const DIRECT_CHECKS: readonly DirectCheck[] = [
  ...authorisationChecks,
  ...creationChecks,
  ...nameChecks,
  ...corsChecks,
  ...misuseChecks,
  ...takeoverChecks,
  ...strayChecks,
  ...challengeChecks,
  ...concurrencyChecks,
];

/** How often a case is looked at that speaks against the server while this process stalled. */
const MOST_TRIES = 3;

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
  return new ServerContract(subject, options).plan();
}

/** One thing to do: a direct check, or a conversation. */
type Case = { name: string; madeUp?: boolean } & ({ check: DirectCheck } | { steps: readonly Step[] });

class ServerContract {
  readonly #subject: ServerSubject;
  readonly #options: ServerContractOptions;
  readonly #visit: Visit;
  readonly #isWanted: (rule: string) => boolean;
  readonly #outcomes: Outcome[] = [];
  readonly #transitions: string[] = [];
  readonly #pairs = new Set<string>();
  readonly #notes: string[] = [];
  /** Where the last look at a replay went another way than its recording. */
  #drifts: readonly string[] = [];
  /** Rules that a conversation has found broken: one counterexample each is enough. */
  readonly #broken = new Set<string>();
  #stalls: StallWatch | undefined;
  #acquaintance: Acquaintance | undefined;

  constructor(subject: ServerSubject, options: ServerContractOptions) {
    this.#subject = subject;
    this.#options = options;
    this.#isWanted = picomatch(options.rules ?? '**');
    this.#visit = beginVisit(options.signal);
    // Every case that goes on listens for the end.
    if (options.signal) setMaxListeners(Infinity, options.signal);
  }

  plan(): string[] {
    return this.#cases().map(({ name }) => name);
  }

  async run(): Promise<Result> {
    const startedAt = (this.#options.startedAt ?? new Date()).toISOString();
    const start = performance.now();
    using stalls = watchForStalls();
    this.#stalls = stalls;
    await this.#meet();
    const { concurrency = 8, signal, onProgress, budget = Infinity } = this.#options;
    const cases = this.#cases();
    let done = 0;
    let left = 0;
    const tell = tellChangedRules(this.#options.onRule);
    const carryOut = async (one: Case): Promise<void> => {
      // What every run holds is held; only what is made up ends with the budget.
      if (one.madeUp && performance.now() - start > budget) {
        left += 1;
        return;
      }
      const broken = await this.#carryOut(one);
      done += 1;
      onProgress?.({ done, total: cases.length, name: one.name, broken });
      tell(() => this.#judge());
    };
    // A case may need two customers.
    const lanes = Math.max(1, Math.min(concurrency, Math.floor(this.#subject.customers.count / 2)));
    const [byThemselves, together] = partition(cases, (one) => 'check' in one && one.check.alone === true);
    await carryOutAll(byThemselves, 1, carryOut, signal);
    await carryOutAll(together, lanes, carryOut, signal);
    if (left > 0) this.#notes.push(`The budget ended before ${left} of ${cases.length} cases.`);
    this.#noteStranded();
    return this.#result(startedAt, performance.now() - start);
  }

  /** Breaking off is no error: nothing is known of the server then, and no case begins. */
  async #meet(): Promise<void> {
    try {
      await this.#withCustomer(async (customerId) => {
        this.#acquaintance = await makeAcquaintance(this.#subject, customerId, this.#visit);
      });
    } catch (error) {
      if (!this.#isBrokenOff) throw error;
    }
    const { trouble, habits } = this.#acquaintance ?? {};
    if (trouble !== undefined) this.#notes.push(`First contact: ${trouble}`);
    if (habits?.unknownDeadline !== undefined) this.#leaveTimeOpen(habits.unknownDeadline);
  }

  /** Without a deadline nothing can be said about the rules that are about it. */
  #leaveTimeOpen(unknown: string): void {
    const reason = `The deadline of PONG could not be measured; give it with --pong-timeout. ${unknown}`;
    this.#notes.push(reason);
    for (const { id, section } of SERVER_RULES) {
      if (section !== 'liveness' || !this.#isWanted(id)) continue;
      this.#outcomes.push({ rule: id, case: 'PONG deadline', duration: 0, kind: 'inconclusive', reason });
    }
  }

  get #isBrokenOff(): boolean {
    return this.#visit.signal?.aborted === true;
  }

  /** A guest says what it leaves behind. */
  #noteStranded(): void {
    const { stranded } = this.#visit;
    if (stranded === 0) return;
    this.#notes.push(
      `Sessions that could not be ended, since their endpoint does not open: ${stranded}. They are the server's to remove.`,
    );
  }

  #cases(): Case[] {
    const isTimeOpen = this.#acquaintance?.habits.unknownDeadline !== undefined;
    return this.#allCases().filter((one) => !(isTimeOpen && 'steps' in one && countWaits(one.steps) > 0));
  }

  #allCases(): Case[] {
    const { replay, seed, runs = 100 } = this.#options;
    if (replay) return [this.#replayCase(replay)];
    const checks = DIRECT_CHECKS.filter(({ rule }) => this.#isWanted(rule)).map((check): Case => ({
      name: check.rule,
      check,
    }));
    const { limit, takeover } = this.#subject;
    const tours = planTours({ limit, takeover }).map((steps, n) => ({ name: `tour ${n + 1}`, steps }));
    // Where not even a plain session works, more of the same would only fail for the same reason.
    const works = this.#acquaintance?.trouble === undefined;
    // A rule with a check of its own needs no conversation.
    const isChecked = new Set(DIRECT_CHECKS.map(({ rule }) => rule));
    if (SERVER_RULES.every(({ id }) => !this.#isWanted(id) || isChecked.has(id))) return checks;
    const told = [...tellConversations(this.#subject), ...(works ? tours : [])];
    // The slow ones first: they wait side by side.
    const slowFirst = told.toSorted((a, b) => countWaits(b.steps) - countWaits(a.steps));
    return [...slowFirst, ...checks, ...(works ? this.#makeUp(seed, runs) : [])];
  }

  /** Conversations out of the seed. A PONG deadline is dear: an eighth of them may wait for one. */
  #makeUp(seed: number, runs: number): Case[] {
    const { limit, offers, takeover } = this.#subject;
    const scope = { limit, offers: offers.length, takeover };
    const waiting = fc.sample(conversations({ ...scope, wait: true }), {
      seed,
      numRuns: Math.ceil(runs / 8),
    });
    const quick = fc.sample(conversations({ ...scope, wait: false }), {
      seed,
      numRuns: runs - waiting.length,
    });
    return [...waiting, ...quick].map((steps, n): Case => ({
      name: `made up ${n + 1}`,
      steps,
      madeUp: true,
    }));
  }

  #replayCase({ check: name, steps }: Replay): Case {
    if (steps) return { name, steps: stepSchema.array().parse(steps) };
    const check = DIRECT_CHECKS.find(({ rule }) => rule === name);
    if (!check) throw new TypeError(`replay token: there is no check named ${JSON.stringify(name)}`);
    return { name, check };
  }

  /** Gives the rule that the case found broken. */
  #carryOut(one: Case): Promise<string | undefined> {
    return 'check' in one ? this.#runCheck(one.check) : this.#runConversation(one.name, one.steps);
  }

  async #runCheck(check: DirectCheck): Promise<string | undefined> {
    const { rule } = check;
    const lack = check.lacks?.(this.#subject);
    if (lack !== undefined) {
      this.#outcomes.push({ rule, case: rule, duration: 0, kind: 'not-applicable', reason: lack });
      return undefined;
    }
    const outcome = await this.#repeatWhereLate(
      () => this.#withCustomer((customerId) => this.#judgeBy(check, customerId)),
      ({ kind }) => kind === 'violated',
    );
    this.#outcomes.push(outcome);
    return outcome.kind === 'violated' ? rule : undefined;
  }

  /**
   * What speaks against a server while this process stalled may be our own fault: it is looked at again, with other
   * customers. What comes out every time stands.
   */
  async #repeatWhereLate<Seen>(look: () => Promise<Seen>, isAgainst: (seen: Seen) => boolean): Promise<Seen> {
    for (let tries = 1; ; tries += 1) {
      const start = performance.now();
      const seen = await look();
      const stall = this.#stalls?.longestSince(start) ?? 0;
      const isDoubtful = isAgainst(seen) && stall > this.#habits.tolerance / 2;
      if (!isDoubtful || tries === MOST_TRIES || this.#isBrokenOff) return seen;
    }
  }

  async #judgeBy(check: DirectCheck, customerId: string): Promise<Outcome> {
    const { rule } = check;
    const outcome = { rule, case: rule };
    const bench = new Bench(rule, this.#subject, this.#habits, customerId, {
      seed: this.#options.seed,
      visit: this.#visit,
    });
    try {
      await check.run(bench);
      return { ...outcome, duration: bench.record.now(), kind: 'held' };
    } catch (error) {
      return { ...outcome, duration: bench.record.now(), ...this.#explain(error, rule, bench) };
    } finally {
      this.#noteDrifts(bench.record.entries);
      await bench.close();
    }
  }

  #noteDrifts(transcript: ConversationOutcome['transcript']): void {
    const { heard } = this.#options.replay ?? {};
    if (!heard) return;
    const drifts = findDrifts(heard, heardIn(transcript)).map(formatDrift);
    this.#drifts = drifts.length > 0 ? drifts : ['The server answered as in the recording.'];
  }

  async #withCustomer<Given>(use: (customerId: string) => Promise<Given>): Promise<Given> {
    const { customers } = this.#subject;
    const customerId = await customers.take();
    try {
      return await use(customerId);
    } finally {
      customers.giveBack(customerId);
    }
  }

  #explain(error: unknown, check: string, bench: Bench) {
    if (error instanceof Violation) {
      const failure = this.#describeFailure(check, error.finding, bench.record.entries, {
        side: 'server',
        check,
      });
      return { kind: 'violated', failure } as const;
    }
    if (error instanceof Unmet) return { kind: 'not-observable', reason: error.message } as const;
    if (error instanceof Inconclusive) return { kind: 'inconclusive', reason: error.message } as const;
    // Ctrl-C ends a token command as well, and whatever else a check waits for.
    if (this.#isBrokenOff) return { kind: 'inconclusive', reason: 'the run was broken off' } as const;
    // Whatever else goes wrong in a check is our fault, and no reason to lose what the others found.
    if (!isSilence(error))
      return { kind: 'error', reason: error instanceof Error ? error.message : String(error) } as const;
    const finding = describeSilence(error, check);
    const failure = this.#describeFailure(check, finding, bench.record.entries, { side: 'server', check });
    return { kind: 'violated', failure } as const;
  }

  async #runConversation(name: string, steps: readonly Step[]): Promise<string | undefined> {
    const holdCalmly = () => this.#repeatWhereLate(() => this.#hold(steps), hasFinding);
    let outcome = await holdCalmly();
    if (outcome.inconclusive !== undefined && !this.#isBrokenOff) outcome = await holdCalmly();
    if (outcome.inconclusive !== undefined && !this.#isBrokenOff)
      this.#notes.push(`${name}: inconclusive, ${outcome.inconclusive}`);
    this.#noteDrifts(outcome.transcript);
    this.#transitions.push(...outcome.transitions);
    for (const pair of outcome.pairs) this.#pairs.add(pair);
    const share = outcome.duration / Math.max(1, outcome.held.size);
    for (const rule of outcome.held.keys()) {
      if (this.#isWanted(rule)) this.#outcomes.push({ rule, case: name, duration: share, kind: 'held' });
    }
    const { finding } = outcome;
    if (!finding || !this.#isWanted(finding.rule) || this.#broken.has(finding.rule)) return undefined;
    this.#broken.add(finding.rule);
    const failure = await this.#shrink(name, steps, outcome);
    this.#outcomes.push({ rule: finding.rule, case: name, duration: 0, kind: 'violated', failure });
    return finding.rule;
  }

  #hold(steps: readonly Step[]): Promise<ConversationOutcome> {
    return runConversation(this.#subject, this.#habits, steps, this.#visit);
  }

  async #shrink(name: string, steps: readonly Step[], outcome: ConversationOutcome): Promise<Failure> {
    let shown = outcome;
    const shrunk = await shrinkConversation(steps, async (candidate) => {
      const again = await this.#hold(candidate);
      const same = again.finding?.rule === outcome.finding?.rule;
      if (same) shown = again;
      return same;
    });
    const replay: Replay = { side: 'server', check: name, steps: shrunk };
    return {
      ...this.#describeFailure(name, shown.finding!, shown.transcript, replay),
      steps: shrunk.map(formatStep),
    };
  }

  #describeFailure(
    check: string,
    { message, expected, actual }: Finding,
    transcript: ConversationOutcome['transcript'],
    replay: Replay,
  ): Failure {
    const token = formatReplayToken(replay);
    const { replayCommand = 'drisc test server …' } = this.#options;
    return {
      check,
      // A finding quotes what came, and an endpoint has a token in it.
      message: redact(message),
      expected: redact(expected),
      actual: redact(actual),
      steps: [],
      transcript: [...transcript],
      replay: { token, command: `${replayCommand} --replay ${token}` },
    };
  }

  #judge(): RuleResult[] {
    const wanted = SERVER_RULES.filter(({ id }) => this.#isWanted(id));
    return judgeRules(wanted, this.#outcomes).map((rule) => this.#doubt(rule));
  }

  #result(startedAt: string, duration: number): Result {
    const subject = this.#subject;
    const ambiguities = this.#acquaintance?.ambiguities ?? [];
    const { replay, seed, version = '0.0.0' } = this.#options;
    const judged = this.#judge();
    return {
      version: RESULT_VERSION,
      tool: { name: 'drisckit', version },
      kind: 'server',
      subject: {
        name: subject.url,
        facts: {
          publisher: subject.publisherId,
          offers: subject.offers.join(', '),
          limit: String(subject.limit),
          'PONG deadline': this.#describeDeadline(),
          ...(this.#acquaintance
            ? { 'round trip': `${this.#acquaintance.habits.roundTrip.toFixed(1)} ms` }
            : {}),
        },
      },
      startedAt,
      duration,
      seed,
      complete: !this.#isBrokenOff,
      rules: replay
        ? judged.filter(({ exercised, verdict }) => exercised > 0 || verdict === 'error')
        : judged,
      ambiguities: [...ambiguities],
      coverage: this.#coverage(),
      notes: [...this.#drifts, ...this.#notes],
    };
  }

  #describeDeadline(): string {
    const { pongTimeout } = this.#subject;
    if (pongTimeout !== 'auto') return `${pongTimeout} ms`;
    if (!this.#acquaintance || this.#habits.unknownDeadline !== undefined) return 'not known';
    return `${this.#habits.settings.pongTimeout} ms, measured`;
  }

  /**
   * Where not even a plain session works, a rule that seems to hold holds by accident: a server that closes every
   * connection never sends a wrong frame.
   */
  #doubt(rule: RuleResult): RuleResult {
    const trouble = this.#acquaintance?.trouble;
    if (trouble === undefined || rule.verdict !== 'pass') return rule;
    return {
      ...rule,
      verdict: 'not-observable',
      reason: `It seems to hold, but first contact failed. ${trouble}`,
    };
  }

  get #habits(): Habits {
    if (!this.#acquaintance) throw new Error('the server has not been met yet');
    return this.#acquaintance.habits;
  }

  #coverage(): Coverage {
    const { takeover } = this.#subject;
    const pairs = transitionPairs(takeover);
    return {
      states: [...SESSION_STATES],
      transitions: reachableTransitions(takeover).map((transition) => ({
        from: transition.from,
        input: transition.input,
        to: transition.next,
        count: this.#transitions.filter((name) => name === nameTransition(transition)).length,
      })),
      pairs: { covered: pairs.filter((pair) => this.#pairs.has(pair)).length, total: pairs.length },
    };
  }
}

function hasFinding({ finding }: ConversationOutcome): boolean {
  return finding !== undefined;
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function countWaits(steps: readonly Step[]): number {
  return steps.filter((step) => step.do === 'wait').length;
}
