/** A parameter of a fault, or a setting, as the OpenAPI document describes it. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly type: 'text' | 'number' | 'switch' | readonly string[];
  /** What holds where nothing is given. */
  readonly fallback: string;
  /** `ms`, `bytes` and the like; nothing where the value speaks for itself. */
  readonly unit: string | undefined;
}

export interface FaultDescription {
  readonly kind: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
}

interface JsonSchema {
  const?: string;
  enum?: string[];
  type?: string;
  description?: string;
  default?: unknown;
  unit?: string;
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

/** Reads the settings and their defaults out of the same description. */
export function readSettingSchema(openapi: unknown): Parameter[] {
  const { paths } = openapi as { paths: Record<string, { patch: { requestBody: JsonBody } }> };
  const schema = paths['/settings']?.patch.requestBody.content['application/json'].schema;
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => readParameter(name, property));
}

interface JsonBody {
  content: { 'application/json': { schema: JsonSchema } };
}

function readParameter(name: string, schema: JsonSchema): Parameter {
  const { description = '', default: fallback = '', unit } = schema;
  return { name, description, type: readType(schema), fallback: String(fallback), unit };
}

function readType({ enum: choices, type }: JsonSchema): Parameter['type'] {
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
