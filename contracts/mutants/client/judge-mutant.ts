import type { Result } from '../../../reports/result.ts';
import { runClientContract } from '../../client/run-client-contract.ts';
import type { ClientContractOptions } from '../../client/run-client-contract.ts';
import { attachDirect } from '../../subject/direct-client.ts';
import type { ClientMutant } from './mutant.ts';

/** What the client contract made of a mutant. */
export interface ClientMutantVerdict {
  readonly mutant: ClientMutant;
  /** Whether it failed by the rule that it breaks. */
  readonly killed: boolean;
  /** Every rule that it broke. */
  readonly broken: readonly string[];
  readonly result: Result;
}

/** Runs the client contract against a mutant, on the virtual clock. A kill counts only by the rule meant. */
export async function judgeClientMutant(
  mutant: ClientMutant,
  options: ClientContractOptions = {},
): Promise<ClientMutantVerdict> {
  const { client: Client } = mutant;
  await using attached = attachDirect(mutant.name, (ports, show) => new Client(ports, show));
  const result = await runClientContract(attached, { runs: 0, ...options });
  const broken = result.rules
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
    .map(({ id }) => id);
  return { mutant, killed: broken.includes(mutant.breaks), broken, result };
}
