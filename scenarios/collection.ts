import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SimulatorError } from '../simulator/simulator-error.ts';
import { suggest } from './format/nearest.ts';
import { formatProblem, parseScenario } from './format/parse-scenario.ts';
import type { ParsedScenario } from './format/parse-scenario.ts';
import { SCENARIO_ENDING, listLibraryNames, readLibraryScenario } from './library.ts';
import type { Scenario } from './scenario.ts';

/** Scenarios by name: the library's, and those of a folder of one's own, which win where two have one name. */
export interface ScenarioCollection {
  /** Those that can be read, in the order of the alphabet. */
  list(): Promise<Scenario[]>;
  /** @throws {SimulatorError} `UnknownScenario`, with the nearest name; `NotForSwitching` on a file with problems. */
  find(name: string): Promise<Scenario>;
}

/** @param folder read anew each time, so that a file may be edited meanwhile; it is not searched for folders in it. */
export function createScenarioCollection(folder?: string): ScenarioCollection {
  let library: Promise<Scenario[]> | undefined;

  const readLibrary = (): Promise<Scenario[]> =>
    (library ??= listLibraryNames().then((names) => Promise.all(names.map(readLibraryScenario))));

  async function list(): Promise<Scenario[]> {
    const own = (await readFolder(folder)).flatMap((parsed) => (parsed.ok ? [parsed.scenario] : []));
    const taken = new Set(own.map(({ name }) => name));
    const others = (await readLibrary()).filter(({ name }) => !taken.has(name));
    return [...own, ...others].sort((a, b) => a.name.localeCompare(b.name));
  }

  return {
    list,
    async find(name) {
      const own = (await readFolder(folder, name)).at(0);
      if (own?.ok === false) {
        const problems = own.problems.map(formatProblem).join('\n');
        throw new SimulatorError('NotForSwitching', `the scenario cannot be played:\n${problems}`);
      }
      if (own) return own.scenario;
      const all = await list();
      const found = all.find((scenario) => scenario.name === name);
      if (found) return found;
      const hint = suggest(
        name,
        all.map((scenario) => scenario.name),
      );
      throw new SimulatorError('UnknownScenario', `there is no scenario ${JSON.stringify(name)}${hint}`);
    },
  };
}

/** Reads the scenarios of a folder, or the one of a name. Rejects where there is no such folder. */
export async function readFolder(folder?: string, only?: string): Promise<ParsedScenario[]> {
  if (folder === undefined) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith(SCENARIO_ENDING)).sort();
  const meant = files.filter((file) => only === undefined || basename(file, SCENARIO_ENDING) === only);
  return Promise.all(
    meant.map(async (file) => parseScenario(await readFile(join(folder, file), 'utf8'), join(folder, file))),
  );
}
