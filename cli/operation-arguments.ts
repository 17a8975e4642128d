import { z } from 'zod';
import type { Operation } from '../simulator/control/operation.ts';

interface Property {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  description?: string;
  default?: unknown;
  unit?: string;
  properties?: Record<string, Property>;
}

interface Shape {
  properties?: Record<string, Property>;
  required?: string[];
  oneOf?: Shape[];
  description?: string;
}

/** What a user can say to an operation: where it goes, and how it is to be written. */
export interface OperationParameter {
  readonly name: string;
  readonly where: 'path' | 'query' | 'body';
  readonly required: boolean;
  readonly property: Property;
}

/** The values of a call, sorted by where they go. */
export interface OperationArguments {
  readonly path: Record<string, string>;
  readonly query: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** The parameters of an operation; for one whose body has a `kind`, those of that kind. */
export function listParameters(operation: Operation, kind?: string): OperationParameter[] {
  const parts = (['path', 'query', 'body'] as const).map(
    (where) => [where, shapeOf(operation[where], kind)] as const,
  );
  return parts.flatMap(([where, { properties = {}, required = [] }]) =>
    Object.entries(properties).map(([name, property]) => ({
      name,
      where,
      required: where === 'path' || required.includes(name),
      property,
    })),
  );
}

/** The kinds that an operation's body can be of, with what each is for. */
export function listKinds(operation: Operation): { name: string; description: string }[] {
  return (toJsonSchema(operation.body).oneOf ?? []).map(({ properties, description = '' }) => ({
    name: String(properties?.['kind']?.const),
    description,
  }));
}

/**
 * Reads `name=value` and, for the leading parameters, plain values. A value is a string where the operation takes one,
 * and JSON elsewhere; `scope.customerId=1` goes into an object.
 * @throws {TypeError} on a name that the operation does not have
 */
export function readArguments(operation: Operation, given: readonly string[]): OperationArguments {
  const kinds = listKinds(operation).map(({ name }) => name);
  const leading = listParameters(operation)
    .filter(({ where, required }) => where === 'path' || required)
    .map(({ name }) => name);
  if (kinds.length > 0) leading.push('kind');
  const named = given.map((argument) => {
    const at = argument.indexOf('=');
    if (at > 0) return [argument.slice(0, at), argument.slice(at + 1)] as const;
    const name = leading.shift();
    if (name === undefined) throw new TypeError(`expected name=value, got ${JSON.stringify(argument)}`);
    return [name, argument] as const;
  });
  const kind = named.find(([name]) => name === 'kind')?.[1];
  if (kinds.length > 0 && !kinds.includes(kind ?? '')) {
    throw new TypeError(`expected one of the kinds ${kinds.join(', ')}; got ${kind ?? 'none'}`);
  }
  const parameters = listParameters(operation, kind);
  const read: OperationArguments = { path: {}, query: {}, body: {} };
  for (const [name, text] of named) place(read, parameters, name, text);
  return read;
}

function place(
  read: OperationArguments,
  parameters: readonly OperationParameter[],
  name: string,
  text: string,
): void {
  const [first = '', member] = name.split('.');
  const parameter = parameters.find((candidate) => candidate.name === first);
  const property = member === undefined ? parameter?.property : parameter?.property.properties?.[member];
  if (!parameter || !property) {
    const names = parameters.map((known) => known.name).join(', ') || 'none';
    throw new TypeError(`there is no parameter ${name}; there are: ${names}`);
  }
  const value = parameter.where === 'body' ? readValue(text, property) : text;
  const target: Record<string, unknown> = read[parameter.where];
  if (member === undefined) target[first] = value;
  else target[first] = { ...(target[first] as object | undefined), [member]: value };
}

function readValue(text: string, { type, enum: values, const: only }: Property): unknown {
  if (type === 'string' || typeof values?.[0] === 'string' || typeof only === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function shapeOf(schema: z.ZodType, kind: string | undefined): Shape {
  const shape = toJsonSchema(schema);
  if (!shape.oneOf) return shape;
  return shape.oneOf.find(({ properties }) => properties?.['kind']?.const === kind) ?? {};
}

function toJsonSchema(schema: z.ZodType): Shape {
  const { $defs, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return inline(json, $defs ?? {}) as Shape;
}

/** Puts what a reference stands for in its place. */
function inline(value: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => inline(item, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref: reference, ...members } = value as { $ref?: string };
  const inlined = Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, inline(member, definitions)]),
  );
  if (reference === undefined) return inlined;
  return { ...(inline(definitions[reference.replace('#/$defs/', '')], definitions) as object), ...inlined };
}
