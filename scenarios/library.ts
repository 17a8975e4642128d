import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseScenario } from './format/parse-scenario.ts';
import type { Scenario } from './scenario.ts';

/** The folder of the scenarios that come with the package. */
export const LIBRARY_FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('drisckit/package.json')),
  'scenarios',
  'library',
);

/** How the files of scenarios are called. */
export const SCENARIO_ENDING = '.scenario.yaml';

/** The names of the library's scenarios, in the order of the alphabet. */
export async function listLibraryNames(): Promise<string[]> {
  const files = await readdir(LIBRARY_FOLDER);
  return files
    .filter((file) => file.endsWith(SCENARIO_ENDING))
    .map((file) => file.slice(0, -SCENARIO_ENDING.length))
    .sort();
}

/** The path of a library scenario's file. */
export function libraryFile(name: string): string {
  return join(LIBRARY_FOLDER, `${name}${SCENARIO_ENDING}`);
}

/** Reads a scenario of the library. @throws {TypeError} on a file that is no scenario, which is a fault of ours. */
export async function readLibraryScenario(name: string): Promise<Scenario> {
  const file = libraryFile(name);
  const parsed = parseScenario(await readFile(file, 'utf8'), file);
  if (parsed.ok) return parsed.scenario;
  throw new TypeError(parsed.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'));
}
