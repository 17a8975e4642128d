import { z } from 'zod';
import { CLOSE_FAULTS } from './close-faults.ts';
import { EVENT_FAULTS } from './event-faults.ts';
import { commonParameters } from './fault-kind.ts';
import type { FaultFamily } from './fault-kind.ts';
import { FRAME_FAULTS } from './frame-faults.ts';
import { HTTP_FAULTS } from './http-faults.ts';
import { UPGRADE_FAULTS } from './upgrade-faults.ts';

/** Everything that can go wrong on purpose, in the order in which a client meets it. */
export const FAULT_KINDS = {
  ...HTTP_FAULTS,
  ...UPGRADE_FAULTS,
  ...FRAME_FAULTS,
  ...CLOSE_FAULTS,
  ...EVENT_FAULTS,
} as const;

export type FaultKindName = keyof typeof FAULT_KINDS;

type Schema<Kind extends FaultKindName> = z.ZodObject<
  { kind: z.ZodLiteral<Kind> } & typeof commonParameters &
    ((typeof FAULT_KINDS)[Kind]['parameters'] extends infer Shape extends z.ZodRawShape ? Shape : never),
  z.core.$strict
>;

/** A fault as a user writes it: its kind, and what differs from the defaults. */
export type Fault = { [Kind in FaultKindName]: z.input<Schema<Kind>> }[FaultKindName];

/** A fault with its defaults filled in; the name is the kind's, where none was given. */
export type ResolvedFault = {
  [Kind in FaultKindName]: z.output<Schema<Kind>> & { name: string };
}[FaultKindName];

/** The resolved faults of one family. */
export type FaultOf<Family extends FaultFamily> = {
  [Kind in FaultKindName]: (typeof FAULT_KINDS)[Kind]['family'] extends Family
    ? Extract<ResolvedFault, { kind: Kind }>
    : never;
}[FaultKindName];

const kindNames = Object.keys(FAULT_KINDS) as FaultKindName[];

/** The schema of faults of one kind. */
export function faultSchemaOf(kind: FaultKindName) {
  const { description, parameters } = FAULT_KINDS[kind];
  return z.strictObject({ kind: z.literal(kind), ...commonParameters, ...parameters }).meta({ description });
}

/** The schema of any fault; of the `kind` depends which parameters it takes. */
export const faultSchema = z
  .discriminatedUnion(
    'kind',
    kindNames.map((kind) => faultSchemaOf(kind)) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>],
  )
  .meta({ id: 'Fault', description: 'Something that goes wrong on purpose.' }) as unknown as z.ZodType<
  Omit<ResolvedFault, 'name'> & { name?: string },
  Fault
>;

/**
 * Fills in a fault's defaults.
 * @throws {TypeError} on an unknown kind or parameter, or a value out of range.
 */
export function resolveFault(fault: Fault): ResolvedFault {
  const parsed = faultSchema.safeParse(fault);
  if (!parsed.success) throw new TypeError(`fault: ${z.prettifyError(parsed.error)}`);
  return Object.freeze({ ...parsed.data, name: parsed.data.name ?? parsed.data.kind }) as ResolvedFault;
}
