import { basename } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Scenario } from '../scenario.ts';
import { createLocator } from './locate.ts';
import type { Locate } from './locate.ts';
import { readScenario } from './read-scenario.ts';

/** Something wrong with a file, and where: line and column from 1. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedScenario = { ok: true; scenario: Scenario } | { ok: false; problems: FileProblem[] };

/** Reads a `*.scenario.yaml`. Never throws on what a person wrote: problems are data, in the order of the file. */
export function parseScenario(text: string, file: string): ParsedScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }): FileProblem => {
    const { line, col } = lines.linePos(pos[0]);
    return { file, line, column: col, message: `not YAML: ${lowerFirst(message)}` };
  });
  if (broken.length > 0) return { ok: false, problems: broken };
  const locate = createLocator(document, lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return {
      ok: false,
      problems: [{ file, line: 1, column: 1, message: `not YAML: ${(error as Error).message}` }],
    };
  }
  return locateProblems(readScenario(value, nameOf(file), locate), file, locate);
}

function locateProblems(
  reading: ReturnType<typeof readScenario>,
  file: string,
  locate: Locate,
): ParsedScenario {
  if (reading.ok) return { ok: true, scenario: { ...reading.scenario, file } };
  const problems = reading.problems
    .map(({ path, atKey, message }) => ({ file, ...locate(path, atKey), message }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, problems };
}

/** `missed-pong` of `library/missed-pong.scenario.yaml`. */
function nameOf(file: string): string {
  return basename(file).replace(/(\.scenario)?\.ya?ml$/, '');
}

/** Writes a problem as editors and terminals make a link of it: `file:line:column: message`. */
export function formatProblem({ file, line, column, message }: FileProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
