import { nearest } from '../reports/nearest.ts';
import type { Result, RuleResult } from '../reports/result.ts';
import { verdictSentence } from '../reports/sentence.ts';
import { transcriptExcerpt, transcriptLine } from '../reports/transcript-line.ts';
import { isBroken, overallVerdict } from '../reports/verdict.ts';
import type { FailOn } from '../reports/verdict.ts';
import { judgeApp } from './judge-app.ts';
import type { Witness } from './judge-app.ts';
import { TestFailure } from './test-failure.ts';

/** Which rules a test holds its app to. */
export interface RuleExpectation {
  /** `should`: a recommendation that is not followed fails the test too; `must` unless told. */
  readonly failOn?: FailOn | undefined;
  /** Ids of rules that the app may break here. */
  readonly except?: readonly string[] | undefined;
  /** Ids of rules that this test must have put to the test. */
  readonly observed?: readonly string[] | undefined;
}

/** How much of the conversation a broken rule is shown with, in lines. */
const SHOWN = 12;

/**
 * Expects that the app has kept every rule for clients that the conversation so far shows; gives the verdicts.
 * @throws {TestFailure} `RulesBroken`, `NothingExercised`
 * @throws {TypeError} on the id of a rule that there is not
 */
export function expectRules(witness: Witness, expectation: RuleExpectation = {}): Result {
  const { failOn = 'must', except = [], observed = [] } = expectation;
  const judged = judgeApp(witness);
  verifyIds(judged, [...except, ...observed]);
  const rules = judged.rules.filter(({ id }) => !except.includes(id));
  const result = { ...judged, rules };
  const broken = rules.filter((rule) => isBroken(rule, { failOn }));
  if (broken.length > 0) {
    const message = [verdictSentence(result, { failOn }), ...broken.map(describeRule)].join('\n\n');
    throw blameCaller(new TestFailure('RulesBroken', message, { result }));
  }
  const missed = rules.filter(({ id, exercised }) => observed.includes(id) && exercised === 0);
  if (missed.length === 0 && overallVerdict(result) !== 'nothing-exercised') return result;
  const reasons = missed.map(({ id, reason }) => `  ${id}: ${reason ?? 'nothing put it to the test'}`);
  const message =
    missed.length > 0 ? `not observed in this test:\n${reasons.join('\n')}` : verdictSentence(result);
  throw blameCaller(new TestFailure('NothingExercised', message, { result }));
}

/** Runners show the line where the stack begins: the test's, not one of ours. */
function blameCaller(failure: TestFailure): TestFailure {
  Error.captureStackTrace(failure, expectRules);
  return failure;
}

function verifyIds({ rules }: Result, ids: readonly string[]): void {
  const known = rules.map(({ id }) => id);
  const wrong = ids.find((id) => !known.includes(id));
  if (wrong === undefined) return;
  const suggestion = nearest(wrong, known);
  const hint = suggestion === undefined ? 'npx drisc list rules shows them' : `did you mean ${suggestion}?`;
  throw new TypeError(`there is no rule ${JSON.stringify(wrong)} for clients; ${hint}`);
}

function describeRule({ id, level, clause, title, why, failures, reason }: RuleResult): string {
  const [failure] = failures;
  const excerpt = transcriptExcerpt(failure?.transcript ?? [], SHOWN);
  return [
    `${id} (PROTOCOL.md ${clause}, ${level}): ${failure?.message ?? reason ?? title}`,
    ...(failure ? [`  expected  ${failure.expected}`, `  came      ${failure.actual}`] : []),
    `  matters   ${why}`,
    ...excerpt.entries.map((entry) => `  ${entry.offending ? '>' : ' '} ${transcriptLine(entry)}`),
  ].join('\n');
}
