import { z } from 'zod';
import { commonParameters } from '../../simulator/faults/fault-kind.ts';
import { FAULT_KINDS } from '../../simulator/faults/fault-kinds.ts';
import type { FaultKindName } from '../../simulator/faults/fault-kinds.ts';
import { durationSchema, parseDuration } from './duration.ts';
import { explainIssues } from './problem.ts';
import type { Path, Problem } from './problem.ts';

/** The parameters that are lengths of time: a scenario writes them with their unit. */
export const FAULT_TIMES: readonly string[] = ['delay', 'jitter', 'after', 'downtime', 'duration'];

/** The schema of a fault's parameters, as a scenario writes them. */
export function faultParametersSchema(kind: FaultKindName): z.ZodObject {
  const { name: _, ...common } = commonParameters;
  const parameters: Record<string, z.ZodType> = { ...common, ...FAULT_KINDS[kind].parameters };
  const entries = Object.entries(parameters).map(([name, schema]) => {
    const { description } = schema.meta() ?? {};
    const time = durationSchema.optional().meta(description === undefined ? {} : { description });
    return [name, FAULT_TIMES.includes(name) ? time : schema.optional()] as const;
  });
  return z.strictObject(Object.fromEntries(entries));
}

/** Reads the parameters of a fault, and gives them in the simulator's own units. */
export function readFaultParameters(
  kind: FaultKindName,
  given: Readonly<Record<string, unknown>>,
  path: Path,
): { parameters: Record<string, unknown>; problems: Problem[] } {
  const schema = faultParametersSchema(kind);
  const { error } = schema.safeParse(given);
  const problems = error ? explainIssues(schema, error, given, path) : [];
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    FAULT_TIMES.includes(name) && typeof value === 'string' ? parseDuration(value) : value,
  ]);
  return { parameters: Object.fromEntries(entries) as Record<string, unknown>, problems };
}
