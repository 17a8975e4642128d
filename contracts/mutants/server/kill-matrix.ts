import type { Result, RuleResult } from '../../../reports/result.ts';
import { testServer } from '../../server/server-contract.ts';
import type { ServerContractOptions } from '../../server/server-contract.ts';
import type { ServerMutant } from './mutant.ts';
import { startServer } from './start-mutant.ts';

/** What the server contract made of a mutant. */
export interface MutantVerdict {
  readonly mutant: ServerMutant;
  /** Whether it failed by the rule that it breaks. */
  readonly killed: boolean;
  /** Every rule that failed. */
  readonly failed: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
  readonly result: Result;
}

/** Runs the server contract against a mutant. A kill counts only by the rule meant. */
export async function judgeServerMutant(
  mutant: ServerMutant,
  options: ServerContractOptions,
): Promise<MutantVerdict> {
  await using server = await startServer(mutant);
  const result = await testServer(server.subject, options);
  const failed = result.rules.filter(isBroken).map(({ id }) => id);
  const { duration } = result;
  return { mutant, killed: failed.includes(mutant.breaks), failed, duration, result };
}

function isBroken({ verdict }: RuleResult): boolean {
  return verdict === 'fail' || verdict === 'warn';
}
