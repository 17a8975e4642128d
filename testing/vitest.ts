import { test as base } from 'vitest';
import type { TestAPI } from 'vitest';
import { openMswDoor } from './msw-door.ts';
import type { TestSimulatorOptions } from './options.ts';
import { openTestSimulator } from './open-test-simulator.ts';
import type { TestSimulator } from './test-simulator.ts';

export type { AppUser } from './driven-client.ts';
export { expectRules } from './expect-rules.ts';
export type { RuleExpectation } from './expect-rules.ts';
export type { TestSimulatorOptions } from './options.ts';
export { TestFailure } from './test-failure.ts';
export type { TestSimulator } from './test-simulator.ts';

/** What a test has beside what vitest gives it. */
export interface DriscFixtures {
  /** A simulator of the test's own. When the test fails, the conversation is printed. */
  drisc: TestSimulator;
  /** What `drisc` is like; `test.override({ driscOptions: … })` says it for a file or a group. */
  driscOptions: TestSimulatorOptions;
}

/** vitest's `test` with the fixture `drisc`. */
export const test: TestAPI<DriscFixtures> = base.extend<DriscFixtures>({
  driscOptions: {},
  drisc: async ({ driscOptions, task }, use) => {
    await using drisc = await startTestSimulator(driscOptions);
    await use(drisc);
    if (task.result?.state === 'fail') console.error(drisc.transcript());
  },
});

/**
 * Starts a simulator for one test on a free port; where an origin is named, behind MSW instead, which has to be installed
 * then. For hooks and runners without fixtures: `await using drisc = await startTestSimulator()`.
 * @throws {TypeError} on wrong options
 */
export function startTestSimulator(options: TestSimulatorOptions = {}): Promise<TestSimulator> {
  return openTestSimulator(options, openMswDoor);
}
