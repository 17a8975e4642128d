import type { OfferChoice } from '../../protocol/http-bodies.ts';
import type { CustomerClaims } from '../../protocol/tokens.ts';
import { SimulatorError } from '../../simulator/simulator-error.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Place, Stage } from '../player/stage.ts';
import { clearStage } from '../player/stage.ts';
import { StageFaults } from '../player/stage-faults.ts';

/**
 * Makes a place of one customer of a simulator that others use as well.
 * @throws {SimulatorError} `UnknownPublisher`, `UnknownOffer`
 */
export function findPlace(simulator: Simulator, customer: CustomerClaims, choice?: OfferChoice): Place {
  const { directory } = simulator;
  const { publisherId, customerId } = customer;
  if (!directory.publisher(publisherId)) {
    throw new SimulatorError('UnknownPublisher', `there is no publisher ${JSON.stringify(publisherId)}`);
  }
  const offers = directory.offers().filter((offer) => (offer.publisherId ?? publisherId) === publisherId);
  const offer = choice ? directory.findOffer(publisherId, choice) : offers[0];
  if (!offer) {
    const known = offers.map(({ id }) => id).join(', ') || 'none';
    throw new SimulatorError('UnknownOffer', `the publisher has no such offer; it has ${known}`);
  }
  const faults = new StageFaults(simulator, (name) => `${name} (customer ${customerId} of ${publisherId})`);
  return {
    simulator,
    customer,
    offerId: offer.id,
    faults,
    concerns: (entry) => entry.customerId === customerId && entry.publisherId === publisherId,
  };
}

/** Leaves nothing behind but what the app itself has: the devices go, and what was changed is as it was. */
export async function leavePlace(stage: Stage): Promise<void> {
  const { simulator, customer, ghosts, visits } = stage;
  clearStage(stage);
  for (const visit of visits) await simulator.runtime.closed(visit, 'client', 1000, '');
  for (const ghost of ghosts.values()) await ghost.leave();
  const theirs = new Set(Array.from(ghosts.values(), ({ sessionId }) => sessionId));
  // One that had lost its connection could not send FINISHED.
  for (const { id } of await simulator.sessions.list(customer)) {
    if (theirs.has(id)) await simulator.sessions.expire(id);
  }
}
