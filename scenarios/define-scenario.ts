import type { z } from 'zod';
import { readScenario } from './format/read-scenario.ts';
import type { headSchema } from './format/scenario-schema.ts';
import type { Scenario } from './scenario.ts';

/** A scenario as a file has it, plus the name that a file would give it. */
export type ScenarioSource = { name: string } & z.input<typeof headSchema>;

/**
 * Reads a scenario that was written in TypeScript: the same words, the same checks and the same model as a file's.
 * @throws {TypeError} with every problem and its path.
 */
export function defineScenario({ name, ...source }: ScenarioSource): Scenario {
  const reading = readScenario(source, name);
  if (reading.ok) return reading.scenario;
  const problems = reading.problems.map(({ path, message }) => `  ${formatPath(path)}: ${message}`);
  throw new TypeError(`scenario ${name}:\n${problems.join('\n')}`);
}

function formatPath(path: readonly (string | number)[]): string {
  return (
    path
      .map((step, depth) => (typeof step === 'number' ? `[${step}]` : depth === 0 ? step : `.${step}`))
      .join('') || '(top)'
  );
}
