import type { Result, RuleResult } from '../../../reports/result.ts';
import { testServer } from '../../server/server-contract.ts';
import type { ServerContractOptions } from '../../server/server-contract.ts';
import type { ConformingServer } from './setting-ends.ts';
import { startServer } from './start-mutant.ts';

/** What the server contract made of a server that conforms. */
export interface ConformingVerdict {
  /** Rules that it was blamed for, or that could not be judged for a fault or lateness of ours. */
  readonly alarms: readonly RuleResult[];
  readonly result: Result;
}

/** Runs the server contract against a conforming server, at one end of a setting. */
export async function judgeConforming(
  { settings, terms }: Pick<ConformingServer, 'settings' | 'terms'>,
  options: ServerContractOptions,
): Promise<ConformingVerdict> {
  await using server = await startServer({ settings }, 0, terms);
  const result = await testServer(server.subject, options);
  const alarms = result.rules.filter(({ verdict }) => !SILENT.has(verdict));
  return { alarms, result };
}

/** What a server lacks or does not show is no alarm. */
const SILENT = new Set(['pass', 'not-observable', 'not-applicable']);
