import { createScenarioCollection, readFolder } from '../scenarios/collection.ts';
import { formatProblem } from '../scenarios/format/parse-scenario.ts';
import { createScenarioSwitch } from '../scenarios/live/scenario-switch.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import { CommandError, EXIT } from './exit.ts';

/**
 * Fills in what plays scenarios in a simulator that runs: those of the library, and those of a folder.
 * @throws {CommandError} where the folder cannot be read, or a file in it has problems; all of them are told
 */
export async function addLiveScenarios(
  options: SimulatorOptions,
  folder?: string,
): Promise<SimulatorOptions> {
  await checkFolder(folder);
  const collection = createScenarioCollection(folder);
  return { ...options, scenarios: (simulator) => createScenarioSwitch(simulator, collection) };
}

async function checkFolder(folder: string | undefined): Promise<void> {
  const files = await readFolder(folder).catch((cause: Error) => {
    const message = `--scenarios: cannot read ${folder}: ${cause.message}; expected a folder with *.scenario.yaml files`;
    throw new CommandError(EXIT.usage, message, { cause });
  });
  const problems = files.flatMap((parsed) => (parsed.ok ? [] : parsed.problems.map(formatProblem)));
  if (problems.length > 0) throw new CommandError(EXIT.usage, `--scenarios:\n${problems.join('\n')}`);
  if (folder === undefined || files.length > 0) return;
  throw new CommandError(EXIT.usage, `--scenarios: there is no *.scenario.yaml file in ${folder}`);
}
