import type { z } from 'zod';
import { suggest } from '../../scenarios/format/nearest.ts';
import { describeValue, explainIssues } from '../../scenarios/format/problem.ts';
import type { Problem } from '../../scenarios/format/problem.ts';
import { configSchema } from '../../simulator/config/config.ts';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { nameOffer } from '../../simulator/directory.ts';
import { FAULT_KINDS, faultSchemaOf } from '../../simulator/faults/fault-kinds.ts';
import type { FaultKindName } from '../../simulator/faults/fault-kinds.ts';

/** Everything that is wrong with a configuration, by its place in it; nothing where it can be used. */
export function checkConfig(value: unknown): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: [], message: `expected keys and values, got ${describeValue(value)}` }];
  }
  const { faults, ...others } = value as DriscConfig & { faults?: unknown };
  return [...explain(configSchema, others), ...checkFaults(faults), ...checkTwice(others)];
}

function explain(schema: z.ZodType, value: unknown, base: Problem['path'] = []): Problem[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : explainIssues(schema, parsed.error, value, base);
}

/** Which parameters a fault takes depends on its kind, so its complaints do too. */
function checkFaults(faults: unknown): Problem[] {
  if (faults === undefined) return [];
  if (!Array.isArray(faults)) {
    return [{ path: ['faults'], message: `faults: expected a list, got ${describeValue(faults)}` }];
  }
  const kinds = Object.keys(FAULT_KINDS);
  return faults.flatMap((fault: unknown, index): Problem[] => {
    const path = ['faults', index];
    const kind = (fault as { kind?: unknown } | null)?.kind;
    if (typeof kind === 'string' && kinds.includes(kind)) {
      return explain(faultSchemaOf(kind as FaultKindName), fault, path);
    }
    if (kind === undefined)
      return [{ path, message: `"kind" is missing; expected one of ${kinds.join(', ')}` }];
    const near = typeof kind === 'string' ? suggest(kind, kinds) : '';
    const message = `kind: expected a kind of fault, got ${describeValue(kind)}${near || `; expected one of ${kinds.join(', ')}`}`;
    return [{ path: [...path, 'kind'], message }];
  });
}

function checkTwice({ publishers, offers }: Pick<DriscConfig, 'publishers' | 'offers'>): Problem[] {
  return [...findTwice('publishers', publishers, ({ id }) => id), ...findTwice('offers', offers, nameOffer)];
}

function findTwice<Item extends { id: string }>(
  name: string,
  items: readonly Item[] | undefined,
  identify: (item: Item) => string,
): Problem[] {
  if (!Array.isArray(items)) return [];
  const ids = items.map((item: Item | null) =>
    item && typeof item === 'object' ? identify(item) : undefined,
  );
  return items.flatMap((item: Item, index) =>
    ids[index] !== undefined && ids.indexOf(ids[index]) < index
      ? [{ path: [name, index, 'id'], message: `${name}: ${describeValue(item.id)} is given twice` }]
      : [],
  );
}
