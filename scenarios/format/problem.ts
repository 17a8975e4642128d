import type { z } from 'zod';
import { suggest } from './nearest.ts';

/** Where in a scenario: keys and indices from the top. */
export type Path = readonly (string | number)[];

/** Something wrong with a scenario. `atKey` points at the key itself and not at what it holds. */
export interface Problem {
  readonly path: Path;
  readonly atKey?: boolean;
  readonly message: string;
}

/** Words a schema's complaints for the person who wrote the file. @param value what the schema was given. */
export function explainIssues(
  schema: z.ZodType,
  error: z.ZodError,
  value: unknown,
  base: Path = [],
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...base, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      const known = listKeys(schema, issue.path as Path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: `unknown key "${key}"${suggest(key, known) || `; expected one of ${known.join(', ')}`}`,
      }));
    }
    if (issue.code === 'invalid_key') {
      const [first] = issue.issues;
      return [
        { path, atKey: true, message: `"${String(issue.path.at(-1))}": ${first?.message ?? issue.message}` },
      ];
    }
    const meant = issue.code === 'invalid_union' ? issue.errors.find(isInside) : undefined;
    if (meant) return explainIssues(schema, { issues: prefix(issue.path, meant) } as z.ZodError, value, base);
    return [explainValue(issue, path, valueAt(value, issue.path as Path))];
  });
}

/** Whether a branch of a union fits what came as a whole, and only something in it is wrong. */
function isInside(issues: z.core.$ZodIssue[]): boolean {
  return issues.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
}

function prefix(path: PropertyKey[], issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

function explainValue(issue: z.core.$ZodIssue, path: Path, value: unknown): Problem {
  const name = nameOf(path);
  if (value === undefined) {
    return { path: path.slice(0, -1), message: `"${name}" is missing` };
  }
  const got = describeValue(value);
  const choices = listChoices(issue);
  if (choices.length > 0) {
    const near = typeof value === 'string' ? suggest(value, choices.map(String)) : '';
    const expected = choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`;
    return { path, message: `${name}: expected ${expected}, got ${got}${near}` };
  }
  return { path, message: `${name}: ${describeExpected(issue)}, got ${got}` };
}

function describeExpected(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  if (issue.code === 'invalid_type') return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return lowerFirst(issue.message);
  const bound = issue.code === 'too_small' ? `${issue.minimum} or more` : `${issue.maximum} or less`;
  if (issue.origin === 'string') return 'expected some text';
  return issue.origin === 'array' ? 'expected a list of one or more' : `expected ${bound}`;
}

/** What a problem calls the place: a key, or an item of a list by its index from 0. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the scenario';
  return typeof last === 'number' ? `${String(path.at(-2))}[${last}]` : last;
}

function listChoices(issue: z.core.$ZodIssue): unknown[] {
  if (issue.code === 'invalid_value') return issue.values;
  if (issue.code !== 'invalid_union') return [];
  return issue.errors.flat().flatMap((inner) => (inner.path.length === 0 ? listChoices(inner) : []));
}

/** The keys that may stand at a path of a schema. */
function listKeys(schema: z.ZodType, path: Path): string[] {
  const reached = path.reduce<z.ZodType[]>(
    (schemas, key) => schemas.flatMap((each) => descend(each, String(key))),
    alternatives(schema),
  );
  return reached.flatMap((each) => Object.keys(definitionOf(each).shape ?? {}));
}

function descend(schema: z.ZodType, key: string): z.ZodType[] {
  const { shape, valueType, element } = definitionOf(schema);
  const next = shape?.[key] ?? valueType ?? element;
  return next ? alternatives(next) : [];
}

/** A schema without what is wrapped around it; of a union, all of its members. */
function alternatives(schema: z.ZodType): z.ZodType[] {
  const { innerType, options } = definitionOf(schema);
  if (innerType) return alternatives(innerType);
  return options ? options.flatMap(alternatives) : [schema];
}

interface Definition {
  innerType?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  element?: z.ZodType;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
  int: 'a whole number',
  number: 'a number',
};

/** What came, short enough for one line. */
export function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys and values';
  const shown = JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}…"` : shown;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
