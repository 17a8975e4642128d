/** A parameter of a fault, as the OpenAPI document describes it. */
export interface FaultParameter {
  readonly name: string;
  readonly description: string;
  readonly type: 'text' | 'number' | 'switch' | readonly string[];
  /** What holds where nothing is given. */
  readonly fallback: string;
}

export interface FaultDescription {
  readonly kind: string;
  readonly description: string;
  readonly parameters: readonly FaultParameter[];
}

interface JsonSchema {
  const?: string;
  enum?: string[];
  type?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
}

const OF_EVERY_FAULT = ['kind', 'name', 'scope'];

/** Reads the kinds of fault out of the control API’s own description, so that the page knows each one there is. */
export function readFaultSchema(openapi: unknown): FaultDescription[] {
  const { Fault, FaultInput = Fault } = (openapi as { components: { schemas: Record<string, JsonSchema> } })
    .components.schemas;
  return (FaultInput?.oneOf ?? FaultInput?.anyOf ?? []).map(({ properties = {}, description = '' }) => ({
    kind: properties['kind']?.const ?? '',
    description,
    parameters: Object.entries(properties)
      .filter(([name, { const: fixed }]) => fixed === undefined && !OF_EVERY_FAULT.includes(name))
      .map(([name, schema]) => readParameter(name, schema)),
  }));
}

function readParameter(name: string, schema: JsonSchema): FaultParameter {
  const { description = '', default: fallback } = schema;
  const shown = typeof fallback === 'string' || typeof fallback === 'number' ? String(fallback) : '';
  return { name, description, type: readType(schema), fallback: shown };
}

function readType({ enum: choices, type }: JsonSchema): FaultParameter['type'] {
  if (choices) return choices;
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'switch' : 'text';
}

/** A fault out of a form’s fields: what was left empty is left out. */
export function buildFault(
  { kind, parameters }: FaultDescription,
  fields: Readonly<Record<string, string>>,
): object {
  const given = parameters.flatMap(({ name, type }): [string, unknown][] => {
    const value = fields[name] ?? '';
    if (value === '') return [];
    if (type === 'number') return [[name, Number(value)]];
    return [[name, type === 'switch' ? true : value]];
  });
  const customerId = fields['customerId'] ?? '';
  return { kind, ...(customerId && { scope: { customerId } }), ...Object.fromEntries(given) };
}
