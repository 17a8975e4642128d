import { SimulatorError } from '../simulator-error.ts';
import type { Listener } from './listener.ts';

/**
 * What bundles for browsers take in place of `listener.ts` (package.json, `browser`): a page has no port to listen on.
 * @throws {SimulatorError} `AddressNotAvailable`
 */
export async function startListener(): Promise<Listener> {
  throw new SimulatorError(
    'AddressNotAvailable',
    'a page cannot listen on a port; let MSW lead its requests to the simulator (docs/msw.md)',
  );
}
