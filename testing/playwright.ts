import { test as base } from '@playwright/test';
import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestInfo,
  TestType,
} from '@playwright/test';
import type { TestSimulatorOptions } from './options.ts';
import { openPageDoor } from './page-door.ts';
import { openTestSimulator } from './open-test-simulator.ts';
import type { TestSimulator } from './test-simulator.ts';

export { expect } from '@playwright/test';
export type { AppUser } from './driven-client.ts';
export { expectRules } from './expect-rules.ts';
export type { RuleExpectation } from './expect-rules.ts';
export type { TestSimulatorOptions } from './options.ts';
export { TestFailure } from './test-failure.ts';
export type { TestSimulator } from './test-simulator.ts';

/** What a test of pages has beside what Playwright gives it. */
export interface DriscFixtures {
  /** A simulator of the test's own. When the test fails, its report has what was seen of the conversation. */
  drisc: TestSimulator;
  /** What `drisc` is like: for a file, a group or a project. What a project says holds where a test does not say otherwise. */
  driscOptions: TestSimulatorOptions;
}

/** Playwright's `test` with the fixture `drisc`. Pages have gone when the simulator goes. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & DriscFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = base.extend<DriscFixtures>({
  driscOptions: [{}, { option: true }],
  drisc: async ({ driscOptions }, use, info) => {
    await using drisc = await openTestSimulator({ ...readProject(info), ...driscOptions }, openPageDoor);
    await use(drisc);
    if (info.status === info.expectedStatus) return;
    for (const { name, ...attachment } of drisc.evidence()) await info.attach(name, attachment);
  },
  proxy: ({ proxy, drisc }, use) =>
    use(proxy ?? (drisc.proxy === undefined ? undefined : { server: drisc.proxy })),
  ignoreHTTPSErrors: ({ ignoreHTTPSErrors, drisc }, use) =>
    use(ignoreHTTPSErrors || drisc.url.startsWith('https:')),
  context: async ({ context, proxy, drisc }, use) => {
    // By another proxy the page would come to the service itself.
    if (drisc.proxy !== undefined && proxy?.server !== drisc.proxy) {
      throw new TypeError('driscOptions.origin and a proxy of your own cannot be had together');
    }
    await use(context);
  },
});

function readProject({ project }: TestInfo): TestSimulatorOptions {
  const { driscOptions = {} } = project.use as { driscOptions?: TestSimulatorOptions };
  return driscOptions;
}
