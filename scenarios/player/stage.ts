import type { OfferChoice } from '../../protocol/http-bodies.ts';
import { resolveSettings } from '../../protocol/settings.ts';
import type { CustomerClaims } from '../../protocol/tokens.ts';
import type { GhostDevice } from '../../simulator/ghost-device.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Scenario } from '../scenario.ts';
import type { StageFaults } from './stage-faults.ts';
import type { World } from './world.ts';

/** What a client under test is to be told, however it is told. */
export interface AppOrder {
  readonly baseUrl: string;
  readonly token: string;
  readonly sessionName: string;
  readonly choice: OfferChoice;
}

/** Where in a simulator a scenario is played: one customer and one offer of it. */
export interface Place {
  readonly simulator: Simulator;
  readonly customer: CustomerClaims;
  readonly offerId: string;
  readonly faults: StageFaults;
  /** Whether an entry of the journal is about this customer. */
  readonly concerns: (entry: JournalEntry) => boolean;
}

/** The place with everything there that a scenario takes for given. */
export interface Stage extends Place {
  readonly scenario: Scenario;
  /** Left out where whoever drives the app knows all of it. */
  readonly order?: AppOrder | undefined;
  /** By the devices' keys. */
  readonly ghosts: ReadonlyMap<string, GhostDevice>;
  /** The ids of connections that devices have opened to sessions of others. */
  readonly visits: Set<string>;
}

/** Puts a customer into the state that the scenario begins with; the sessions that it had are over. */
export async function setStage(place: Place, scenario: Scenario): Promise<Stage> {
  const { simulator, customer, offerId } = place;
  const { limit, takeover, drisc, settings, devices } = scenario.given;
  await simulator.reset({ publisherId: customer.publisherId, customerId: customer.customerId });
  simulator.terms.revoke(customer);
  // Devices that play already were let in while DRISC was on.
  simulator.terms.change(customer, {
    enabled: true,
    takeover,
    limit: Math.max(limit, Object.keys(devices).length),
    settings: resolveSettings(settings),
  });
  const ghosts = new Map(
    Object.entries(devices).map(([key, { name }]) => {
      const ghost = simulator.ghost({ name, customer, choice: { offerId } });
      return [key, ghost];
    }),
  );
  for (const [key, ghost] of ghosts) await bringOn(ghost, devices[key]!.is);
  simulator.terms.change(customer, { enabled: drisc, limit });
  return { ...place, scenario, ghosts, visits: new Set() };
}

async function bringOn(ghost: GhostDevice, state: 'off' | 'playing' | 'mute' | 'lost'): Promise<void> {
  if (state === 'off') return;
  await ghost.create();
  if (state === 'mute') ghost.behaviour = 'mute';
  if (state === 'lost') await ghost.cut();
}

/** What the scenario has changed holds no more. */
export function clearStage({ simulator, customer, faults }: Stage): void {
  faults.clear();
  simulator.terms.revoke(customer);
}

/** Lets the world know of the sessions that devices have before the first step. */
export function introduceDevices({ ghosts }: Stage, world: World): void {
  for (const [key, { sessionId }] of ghosts) if (sessionId !== undefined) world.adopt(key, sessionId);
}
