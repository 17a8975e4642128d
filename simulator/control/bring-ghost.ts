import type { GhostDevice, GhostOptions } from '../ghost-device.ts';
import { SimulatorError } from '../simulator-error.ts';
import type { Simulator } from '../simulator.ts';

/**
 * Makes a ghost that creates a session, or takes one over; without a session it is gone again.
 * @throws {SimulatorError} `NotGranted`
 */
export async function bringGhost(
  simulator: Simulator,
  options: GhostOptions,
  takeOver?: string,
): Promise<GhostDevice> {
  const ghost = simulator.ghost(options);
  try {
    const { kind } = await (takeOver === undefined ? ghost.create() : ghost.takeOver(takeOver));
    if (kind === 'granted') return ghost;
    throw new SimulatorError('NotGranted', `the ghost was not granted a session: ${kind}`);
  } catch (error) {
    await ghost.leave();
    throw error;
  }
}
