import type { OfferChoice } from '../../protocol/http-bodies.ts';
import { resolveSettings } from '../../protocol/settings.ts';
import { mintCustomerToken } from '../../protocol/tokens.ts';
import type { Publisher } from '../../simulator/directory.ts';
import type { GhostDevice } from '../../simulator/ghost-device.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { GivenToken, Scenario } from '../scenario.ts';
import type { World } from './world.ts';

/** What a client under test is to be told, however it is told. */
export interface AppOrder {
  readonly baseUrl: string;
  readonly token: string;
  readonly sessionName: string;
  readonly choice: OfferChoice;
}

/** The simulator with everything in place that a scenario takes for given. */
export interface Stage {
  readonly simulator: Simulator;
  readonly scenario: Scenario;
  readonly customer: { customerId: string; publisherId: string };
  readonly offerId: string;
  readonly order: AppOrder;
  /** By the devices' keys. */
  readonly ghosts: ReadonlyMap<string, GhostDevice>;
}

/** The customer whom all devices of a scenario belong to. */
const CUSTOMER = '1001';

/** Long enough for a person who drives the app by hand, in milliseconds. */
const TOKEN_LIFETIME = 24 * 3_600_000;
const AHEAD = 10 * 60_000;
const BRIEF = 2_000;

/** Puts a listening simulator into the state that the scenario begins with; whatever was there is gone. */
export async function prepareStage(
  simulator: Simulator,
  scenario: Scenario,
  baseUrl: string = simulator.url,
): Promise<Stage> {
  const { given } = scenario;
  const [publisher] = simulator.directory.publishers();
  const [offer] = simulator.directory.offers();
  if (!publisher || !offer)
    throw new TypeError('the simulator needs a publisher and an offer to play a scenario');
  simulator.faults.clear();
  await simulator.reset();
  simulator.configure(resolveSettings(given.settings));
  // Devices that play already were let in while DRISC was on.
  simulator.directory.setPublisher({ ...publisher, enabled: true, takeover: given.takeover });
  simulator.directory.setOffer({ ...offer, limit: Math.max(given.limit, Object.keys(given.devices).length) });
  const customer = { customerId: CUSTOMER, publisherId: publisher.id };
  const ghosts = new Map(
    Object.entries(given.devices).map(([key, { name }]) => {
      const ghost = simulator.ghost({ name, customer, choice: { offerId: offer.id } });
      return [key, ghost];
    }),
  );
  for (const [key, ghost] of ghosts) await bringOn(ghost, given.devices[key]!.is);
  simulator.directory.setPublisher({ ...publisher, enabled: given.drisc, takeover: given.takeover });
  simulator.directory.setOffer({ ...offer, limit: given.limit });
  const token = await issueToken(simulator, publisher, given.app.token);
  const choice = given.app.by === 'tag' ? { tag: offer.tags[0] ?? '' } : { offerId: offer.id };
  const order = { baseUrl, token, sessionName: given.app.name, choice };
  return { simulator, scenario, customer, offerId: offer.id, order, ghosts };
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

async function bringOn(ghost: GhostDevice, state: 'off' | 'playing' | 'mute' | 'lost'): Promise<void> {
  if (state === 'off') return;
  await ghost.create();
  if (state === 'mute') ghost.behaviour = 'mute';
  if (state === 'lost') await ghost.cut();
}

/** Lets the world know of the sessions that devices have before the first step. */
export function introduceDevices({ ghosts }: Stage, world: World): void {
  for (const [key, { sessionId }] of ghosts) if (sessionId !== undefined) world.adopt(key, sessionId);
}
