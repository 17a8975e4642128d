import { z } from 'zod';
import type { Simulator } from '../simulator.ts';

/** What an operation is given: its parameters, read and checked. */
export interface OperationCall<Path, Query, Body, Seen = Simulator> {
  readonly simulator: Seen;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** A header of the request, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Something that the control API does. The server, the OpenAPI document and `drisc ctl` are made from it. */
export interface Operation<
  Path extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
  Seen = Simulator,
> {
  /** What it is called in the document, and as a command: `add-ghost`. */
  readonly id: string;
  readonly group: string;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Below `/_drisc`, with `{name}` for parameters. */
  readonly route: string;
  readonly summary: string;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  readonly answer: Answer;
  /** The media type of an answer that is no JSON; `run` then gives a Response. */
  readonly mediaType?: string | undefined;
  /** The statuses of errors that it can answer besides 400 and 401. */
  readonly errors: readonly number[];
  /** Whether it serves without a token. */
  readonly open: boolean;
  readonly run: (
    call: OperationCall<z.output<Path>, z.output<Query>, z.output<Body>, Seen>,
  ) => Promise<z.input<Answer> | Response> | z.input<Answer> | Response;
}

/** An operation on anything that has what it looks at; one on less serves whoever has more. */
export type OperationOn<Seen> = Operation<z.ZodType, z.ZodType, z.ZodType, z.ZodType, Seen>;

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Given<
  Path extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  Seen,
> = Pick<
  Operation<Path, Query, Body, Answer, Seen>,
  'id' | 'group' | 'method' | 'route' | 'summary' | 'answer' | 'run'
> &
  Partial<
    Pick<
      Operation<Path, Query, Body, Answer, Seen>,
      'path' | 'query' | 'body' | 'mediaType' | 'errors' | 'open'
    >
  >;

type Define<Seen> = <
  Answer extends z.ZodType,
  Path extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(
  given: Given<Path, Query, Body, Answer, Seen>,
) => OperationOn<Seen>;

/** Gives what describes operations on something else than a simulator; it keeps the types of their parts. */
export function defineOperationOn<Seen>(): Define<Seen> {
  return (given) =>
    ({
      path: nothing,
      query: nothing,
      body: nothing,
      errors: [],
      open: false,
      ...given,
    }) as unknown as OperationOn<Seen>;
}

/** Describes an operation on a simulator; keeps the types of its parameters and its answer. */
export const defineOperation = defineOperationOn<Simulator>();

/** The answer of an operation that only does something. */
export const doneSchema = z.strictObject({ done: z.literal(true) });
export const done = { done: true } as const;
