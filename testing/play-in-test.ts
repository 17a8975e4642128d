import { renderArrowDiagram } from '../scenarios/arrow-diagram.ts';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import { playScenario } from '../scenarios/player/play-scenario.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { isVirtual } from '../simulator/clock.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createDrivenClient } from './driven-client.ts';
import type { AppUser } from './driven-client.ts';
import { TestFailure } from './test-failure.ts';

/**
 * Plays a scenario with the app of a test; whatever sessions the simulator has are over.
 * @throws {TestFailure} `ScenarioNotPassed`
 * @throws {TypeError} where time stands still
 */
export async function playInTest(
  scenario: Scenario,
  user: AppUser,
  { simulator, baseUrl }: { readonly simulator: Simulator; readonly baseUrl: string },
): Promise<ScenarioOutcome> {
  if (isVirtual(simulator.clock)) {
    throw new TypeError(`scenario ${scenario.name}: it waits for time to go by; play it with clock: 'real'`);
  }
  const attach = () => createDrivenClient(user);
  const outcome = await playScenario(scenario, { simulator, baseUrl, attach });
  if (outcome.verdict === 'pass') return outcome;
  throw new TestFailure('ScenarioNotPassed', describeOutcome(outcome), { outcome });
}

function describeOutcome({ scenario, reason, failure, why, transcript }: ScenarioOutcome): string {
  if (!failure) return `scenario ${scenario} was not played to its end: ${reason ?? 'nobody knows why'}`;
  return [
    `scenario ${scenario} failed at step ${failure.number}, ${failure.step}: ${failure.message}`,
    `  expected  ${failure.expected}`,
    `  came      ${failure.actual}`,
    `  matters   ${why}`,
    '',
    renderArrowDiagram(transcript),
  ].join('\n');
}
