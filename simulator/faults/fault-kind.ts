import { z } from 'zod';

/** Where faults strike: each family has its own place in a host or in the runtime. */
export type FaultFamily = 'http' | 'upgrade' | 'frame' | 'close' | 'event';

/** A way for something to go wrong: the one description from which help, docs, schema and control API are made. */
export interface FaultKind<Family extends FaultFamily, Shape extends z.ZodRawShape> {
  readonly family: Family;
  readonly description: string;
  readonly parameters: Shape;
}

/** Describes the kinds of one family; keeps the types of their parameters. */
export function defineFaultKinds<
  const Family extends FaultFamily,
  Shapes extends Record<string, z.ZodRawShape>,
>(
  family: Family,
  kinds: { [Name in keyof Shapes]: { description: string; parameters: Shapes[Name] } },
): { readonly [Name in keyof Shapes]: FaultKind<Family, Shapes[Name]> } {
  const entries = Object.entries(kinds) as [string, { description: string; parameters: z.ZodRawShape }][];
  return Object.fromEntries(entries.map(([name, kind]) => [name, { family, ...kind }])) as never;
}

/** Whose traffic a fault touches; members left out mean all. */
export const faultScopeSchema = z
  .strictObject({
    publisherId: z.string().optional().meta({ description: 'Only this publisher.' }),
    customerId: z.string().optional().meta({ description: 'Only this customer.' }),
    offerId: z.string().optional().meta({ description: 'Only sessions at this offer.' }),
    sessionId: z.string().optional().meta({ description: 'Only this session.' }),
    connection: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "Only a session's nth connection: 1 is the first, 2 the first reconnection." }),
  })
  .meta({ id: 'FaultScope', description: 'Whose traffic is touched. A request bears no session yet.' });

/** What every fault has, whatever its kind. */
export const commonParameters = {
  name: z.string().min(1).optional().meta({
    description:
      'Marks what it touches in the journal; the kind, where left out. A second fault of a name replaces the first.',
  }),
  scope: faultScopeSchema.optional(),
  times: z.int().min(1).optional().meta({ description: 'How often it strikes; without end where left out.' }),
  duration: z.int().min(1).optional().meta({
    description: 'How long it strikes from its adding on, in milliseconds of the simulator’s clock.',
  }),
  probability: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: 'How likely it strikes each time, drawn from the seed; 1 where left out.' }),
};

/** A length of time in milliseconds, as faults take it. */
export function milliseconds(description: string): z.ZodInt {
  return z.int().min(0).max(86_400_000).meta({ description, unit: 'ms' });
}
