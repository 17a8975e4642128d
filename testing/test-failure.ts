import type { Result } from '../reports/result.ts';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';

/** What a test found: the app breaks rules, nothing put it to the test, or it did not pass a scenario. */
export type TestFailureCode = 'RulesBroken' | 'NothingExercised' | 'ScenarioNotPassed';

/** Fails a test; the message says what was expected, what came, and why it matters. */
export class TestFailure extends Error {
  override readonly name = 'TestFailure';
  readonly code: TestFailureCode;
  /** The verdict on every rule, where rules were judged; `drisckit/reports` renders it. */
  readonly result: Result | undefined;
  /** How the scenario went, where one was played. */
  readonly outcome: ScenarioOutcome | undefined;

  constructor(
    code: TestFailureCode,
    message: string,
    { result, outcome }: { result?: Result; outcome?: ScenarioOutcome },
  ) {
    super(message);
    this.code = code;
    this.result = result;
    this.outcome = outcome;
  }
}
