import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { LineCounter, parseDocument } from 'yaml';
import { createLocator } from '../../scenarios/format/locate.ts';
import type { Locate } from '../../scenarios/format/locate.ts';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { CommandError, EXIT } from '../exit.ts';
import { checkConfig } from './check-config.ts';
import { ConfigError } from './config-error.ts';
import { locateInSource } from './locate-in-source.ts';

/** The names under which a configuration is looked for, in this order. */
export const CONFIG_NAMES = [
  'drisc.config.ts',
  'drisc.config.js',
  'drisc.config.json',
  'drisc.config.yaml',
  'drisc.config.yml',
] as const;

/** The configuration file of a folder, where there is one. */
export function findConfig(folder: string): string | undefined {
  return CONFIG_NAMES.map((name) => resolve(folder, name)).find((path) => existsSync(path));
}

/**
 * Reads a configuration from a YAML, JSON, JavaScript or TypeScript file.
 * @throws {ConfigError} with file, line and column of everything that is wrong
 */
export async function loadConfig(path: string): Promise<DriscConfig> {
  const text = await readText(path);
  const { value, locate } = isProgram(path) ? await readProgram(path, text) : readData(path, text);
  const problems = checkConfig(value);
  if (problems.length === 0) return value as DriscConfig;
  throw new ConfigError(
    problems.map(({ path: inside, atKey, message }) => {
      const { line, column } = locate(inside, atKey);
      return { where: `${path}:${line}:${column}`, message };
    }),
  );
}

interface ReadConfig {
  value: unknown;
  locate: Locate;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CommandError(EXIT.usage, `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function isProgram(path: string): boolean {
  return ['.ts', '.mts', '.js', '.mjs'].includes(extname(path));
}

/** JSON is YAML, so one parser reads both and knows the place of everything. */
function readData(path: string, text: string): ReadConfig {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const language = extname(path) === '.json' ? 'JSON' : 'YAML';
    throw new ConfigError([
      { where: `${path}:${line}:${col}`, message: `this is not ${language}: ${error.message}` },
    ]);
  }
  return { value: document.toJS() ?? {}, locate: createLocator(document, lineCounter) };
}

async function readProgram(path: string, text: string): Promise<ReadConfig> {
  // Reads TypeScript on every Node, and afresh each time.
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false });
  try {
    const module = await jiti.import<{ default?: unknown }>(path);
    if ('default' in module) return { value: module.default, locate: locateInSource(text) };
  } catch (cause) {
    throw new ConfigError([{ where: path, message: `cannot be run: ${(cause as Error).message}` }], {
      cause,
    });
  }
  const message = 'has no default export; expected export default defineConfig({ … })';
  throw new ConfigError([{ where: path, message }]);
}
