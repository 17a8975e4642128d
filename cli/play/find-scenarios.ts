import { readFile } from 'node:fs/promises';
import { findNearest } from '../../scenarios/format/nearest.ts';
import { formatProblem, parseScenario } from '../../scenarios/format/parse-scenario.ts';
import type { ParsedScenario } from '../../scenarios/format/parse-scenario.ts';
import { libraryFile, listLibraryNames } from '../../scenarios/library.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { CommandError, EXIT } from '../exit.ts';

/**
 * Reads scenarios by the names of the library or by the paths of files.
 * @throws {CommandError} on an unknown name, an unreadable file, or a file with problems, which are all told.
 */
export async function findScenarios(namesOrFiles: readonly string[]): Promise<Scenario[]> {
  const parsed = await Promise.all(namesOrFiles.map(readOne));
  const problems = parsed.flatMap((each) => (each.ok ? [] : each.problems.map(formatProblem)));
  if (problems.length > 0) {
    throw new CommandError(EXIT.usage, `the scenario cannot be played:\n${problems.join('\n')}`);
  }
  return parsed.flatMap((each) => (each.ok ? [each.scenario] : []));
}

async function readOne(nameOrFile: string): Promise<ParsedScenario> {
  const file = isFile(nameOrFile) ? nameOrFile : await findInLibrary(nameOrFile);
  return parseScenario(await readScenarioFile(file), file);
}

function isFile(text: string): boolean {
  return /[/\\]/.test(text) || /\.ya?ml$/.test(text);
}

async function findInLibrary(name: string): Promise<string> {
  const names = await listLibraryNames();
  if (names.includes(name)) return libraryFile(name);
  const nearest = findNearest(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const list = names.map((each) => `  ${each}`).join('\n');
  const message = `there is no scenario "${name}".${hint}\nThe library has:\n${list}\nA file of your own is given by its path, such as ./${name}.scenario.yaml.`;
  throw new CommandError(EXIT.usage, message);
}

/** @throws {CommandError} where the file cannot be read. */
export async function readScenarioFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new CommandError(EXIT.usage, `cannot read ${file}: ${why}; expected a *.scenario.yaml`, {
      cause: error,
    });
  }
}
