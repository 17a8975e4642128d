import { z } from 'zod';
import type { Operation } from './operation.ts';

type Json = Record<string, unknown>;

/** An operation without what it does: whom it does that to makes no difference to its description. */
type Described = Omit<Operation, 'run'>;

const errorSchema = z.strictObject({ code: z.string(), message: z.string() });

const ERROR_TEXTS: Record<number, string> = {
  400: 'A parameter or the body is not what the operation takes.',
  401: 'The control token is missing or wrong.',
  404: 'There is no such thing.',
  408: 'Nothing came in time.',
  409: 'The simulator is not in a state for it.',
};

/** Made once for each table of operations. */
const described = new WeakMap<object, Json>();

/** The control API as an OpenAPI 3.1 document, made from a table of operations. */
export function describeControlApi(operations: readonly Described[]): Json {
  const known = described.get(operations);
  if (known) return known;
  const document = describe(operations);
  described.set(operations, document);
  return document;
}

function describe(operations: readonly Described[]): Json {
  const schemas: Json = { Error: toJsonSchema(errorSchema, {}) };
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.route] = {
      ...paths[operation.route],
      [operation.method]: describeOperation(operation, schemas),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'drisc control API',
      version: '1',
      description: 'Puts a drisc simulator into any state, and shows what it saw.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/_drisc' }],
    tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
    security: [{ token: [] }, { tokenInQuery: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The control token, printed at the start.' },
        tokenInQuery: { type: 'apiKey', in: 'query', name: 'access_token' },
      },
    },
  };
}

function describeOperation(operation: Described, schemas: Json): Json {
  const { id, group, summary, path, query, body, answer, mediaType = 'application/json' } = operation;
  const parameters = [
    ...describeParameters('path', path, schemas),
    ...describeParameters('query', query, schemas),
  ];
  const bodySchema = toJsonSchema(body, schemas, 'input');
  const statuses = operation.open ? operation.errors : [400, 401, ...operation.errors];
  const errors = statuses.map((status) => [
    String(status),
    {
      description: ERROR_TEXTS[status],
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  ]);
  return {
    operationId: id,
    tags: [group],
    summary,
    ...(operation.open ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody(operation)
      ? { requestBody: { content: { 'application/json': { schema: bodySchema } } } }
      : {}),
    responses: {
      200: { description: 'Done.', content: { [mediaType]: { schema: toJsonSchema(answer, schemas) } } },
      ...Object.fromEntries(errors),
    },
  };
}

/** Whether an operation has anything in its body. */
export function takesBody({ body }: Pick<Operation, 'body'>): boolean {
  return !(body instanceof z.ZodObject) || Object.keys(body.shape).length > 0;
}

function describeParameters(where: 'path' | 'query', schema: z.ZodType, schemas: Json): Json[] {
  const { properties = {}, required = [] } = toJsonSchema(schema, schemas, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...shape }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: shape,
  }));
}

/** Zod speaks the JSON Schema of OpenAPI 3.1; schemas with an id move to the components. */
function toJsonSchema(schema: z.ZodType, schemas: Json, io: 'input' | 'output' = 'output'): Json {
  const {
    $schema: _,
    $defs = {},
    ...json
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & {
    $defs?: Json;
  };
  const suffix = io === 'input' ? 'Input' : '';
  for (const [id, definition] of Object.entries($defs))
    schemas[id + suffix] = moveReferences(definition, suffix);
  return moveReferences(json, suffix) as Json;
}

function moveReferences(value: unknown, suffix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, suffix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === '$ref'
        ? `${String(member).replace('#/$defs/', '#/components/schemas/')}${suffix}`
        : moveReferences(member, suffix),
    ]),
  );
}
