import { mintCustomerToken } from '../../protocol/tokens.ts';
import type { Publisher } from '../../simulator/directory.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { GivenToken, Scenario } from '../scenario.ts';
import { StageFaults } from './stage-faults.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';

/** The customer whom all devices of a scenario belong to. */
const CUSTOMER = '1001';

/** Long enough for a person who drives the app by hand, in milliseconds. */
const TOKEN_LIFETIME = 24 * 3_600_000;
const AHEAD = 10 * 60_000;
const BRIEF = 2_000;

/**
 * Makes a stage of a simulator that nobody else uses; whatever was in it is gone.
 * @throws {TypeError} where it has no publisher with a secret, or no offer
 */
export async function prepareOwnStage(
  simulator: Simulator,
  scenario: Scenario,
  baseUrl: string = simulator.url,
): Promise<Stage> {
  const [publisher] = simulator.directory.publishers();
  const [offer] = simulator.directory.offers();
  if (!publisher || !offer)
    throw new TypeError('the simulator needs a publisher and an offer to play a scenario');
  simulator.faults.clear();
  await simulator.reset();
  const customer = { customerId: CUSTOMER, publisherId: publisher.id };
  const faults = new StageFaults(simulator);
  const place = { simulator, customer, offerId: offer.id, faults, concerns: () => true };
  const stage = await setStage(place, scenario);
  const { app } = scenario.given;
  const token = await issueToken(simulator, publisher, app.token);
  const choice = app.by === 'tag' ? { tag: offer.tags[0] ?? '' } : { offerId: offer.id };
  return { ...stage, order: { baseUrl, token, sessionName: app.name, choice } };
}

/** Signs the app's JWT with whatever the scenario says is special about it. */
async function issueToken(simulator: Simulator, publisher: Publisher, kind: GivenToken): Promise<string> {
  if (!('secret' in publisher.key)) throw new TypeError('the publisher needs a secret to play a scenario');
  const now = simulator.clock.now();
  return mintCustomerToken({
    secret: publisher.key.secret,
    customerId: CUSTOMER,
    publisherId: kind === 'foreign' ? `not ${publisher.id}` : publisher.id,
    now: kind === 'early' ? now + AHEAD : now,
    lifetime: kind === 'expired' ? -AHEAD : kind === 'brief' ? BRIEF : TOKEN_LIFETIME,
  });
}
