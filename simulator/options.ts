import { resolveSettings } from '../protocol/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import type { PublisherKey } from '../protocol/tokens.ts';
import { createRealClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { nameOffer } from './directory.ts';
import type { Offer, Publisher } from './directory.ts';
import { resolveLimits } from './limits.ts';
import type { LimitName, Limits } from './limits.ts';
import { createMemoryStore } from './store/memory-store.ts';
import type { PoolStore } from './store/pool-store.ts';
import type { ScenarioSwitch } from './scenario-switch.ts';
import type { Simulator } from './simulator.ts';
import type { Tamper } from './tamper.ts';

/** A publisher as a user writes it: a secret or public keys, DRISC and takeover on unless told. */
export type PublisherOptions = { id: string; enabled?: boolean; takeover?: boolean } & PublisherKey;

/** An offer as a user writes it: two sessions allowed unless told. */
export interface OfferOptions {
  id: string;
  tags?: string[];
  limit?: number;
  publisherId?: string;
}

/** Who may use the control API under `/_drisc/`. */
export interface ControlOptions {
  /** The bearer token that it asks for; a random one unless told. */
  token?: string | undefined;
  /** Lets programs of this machine in without a token. Pages of other origins are kept out all the same. */
  openToLoopback?: boolean | undefined;
}

export interface SimulatorOptions {
  /** One publisher, `1000`, with the secret `drisc-simulator-secret`, unless told. */
  publishers?: PublisherOptions[] | undefined;
  /** `S100_US` (tag live, two sessions) and `S200_US` (tag vod, one session) unless told. */
  offers?: OfferOptions[] | undefined;
  settings?: { [Name in keyof Settings]?: Settings[Name] | undefined } | undefined;
  clock?: Clock | undefined;
  store?: PoolStore | undefined;
  limits?: { readonly [Name in LimitName]?: number | undefined } | undefined;
  control?: ControlOptions | undefined;
  /** Leaves tokens in the journal as they are. */
  showTokens?: boolean | undefined;
  /** Decides what faults with a probability or a jitter do; 1 unless told. */
  seed?: number | undefined;
  /** Makes ids; random UUIDs unless told. */
  newId?: ((kind: string) => string) | undefined;
  /** Makes what plays scenarios in it when somebody switches one on; nobody does unless told. */
  scenarios?: ((simulator: Simulator) => ScenarioSwitch) | undefined;
  /** Makes it break the protocol on purpose. */
  tamper?: Tamper | undefined;
}

export interface ResolvedSimulatorOptions {
  readonly publishers: readonly Publisher[];
  readonly offers: readonly Offer[];
  readonly settings: Settings;
  readonly clock: Clock;
  readonly store: PoolStore;
  readonly limits: Limits;
  readonly control: { readonly token: string; readonly openToLoopback: boolean };
  readonly showTokens: boolean;
  readonly seed: number;
  readonly newId: (kind: string) => string;
  readonly scenarios: ((simulator: Simulator) => ScenarioSwitch) | undefined;
  readonly tamper: Tamper;
}

export const DEFAULT_PUBLISHER = { id: '1000', secret: 'drisc-simulator-secret' } as const;

export const DEFAULT_OFFERS = [
  { id: 'S100_US', tags: ['live'], limit: 2 },
  { id: 'S200_US', tags: ['vod'], limit: 1 },
] satisfies OfferOptions[];

/** @throws {TypeError} when an id is empty or given twice, a secret is empty, a limit is no whole number, or a setting is wrong. */
export function resolveSimulatorOptions(options: SimulatorOptions = {}): ResolvedSimulatorOptions {
  const {
    publishers = [{ ...DEFAULT_PUBLISHER }],
    offers = DEFAULT_OFFERS,
    clock = createRealClock(),
    store = createMemoryStore(),
    control = {},
    showTokens = false,
    seed = 1,
    newId = () => crypto.randomUUID(),
    scenarios,
    tamper = {},
  } = options;
  return Object.freeze({
    publishers: resolvePublishers(publishers),
    offers: resolveOffers(offers),
    settings: resolveSettings(options.settings),
    clock,
    store,
    limits: resolveLimits(options.limits),
    control: { token: control.token ?? newId('control'), openToLoopback: control.openToLoopback ?? false },
    showTokens,
    seed,
    newId,
    scenarios,
    tamper,
  });
}

/** @throws {TypeError} when an id or a secret is empty, or an id is given twice. */
export function resolvePublishers(publishers: readonly PublisherOptions[]): Publisher[] {
  const ids = publishers.map(({ id }) => id);
  refuseEmptyIds('publishers', ids);
  const twice = findTwice(ids);
  if (twice >= 0) throw new TypeError(`publishers: ${JSON.stringify(ids[twice])} is given twice`);
  return publishers.map((publisher) => {
    const { id, enabled = true, takeover = true } = publisher;
    return { id, key: pickKey(publisher), enabled, takeover };
  });
}

function pickKey(publisher: PublisherOptions): PublisherKey {
  if ('secret' in publisher) {
    const { id, secret } = publisher;
    if (secret !== '') return { secret };
    throw new TypeError(`publishers: ${JSON.stringify(id)}: expected a secret, got an empty one`);
  }
  return 'jwks' in publisher ? { jwks: publisher.jwks } : { findKey: publisher.findKey };
}

/** @throws {TypeError} when an id is empty, a publisher has an id twice, or a limit is no whole number. */
export function resolveOffers(offers: readonly OfferOptions[]): Offer[] {
  refuseEmptyIds(
    'offers',
    offers.flatMap(({ id, publisherId }) => (publisherId === undefined ? [id] : [id, publisherId])),
  );
  const twice = offers[findTwice(offers.map(nameOffer))];
  if (twice) {
    const owner = twice.publisherId === undefined ? '' : ` of publisher ${JSON.stringify(twice.publisherId)}`;
    throw new TypeError(`offers: ${JSON.stringify(twice.id)}${owner} is given twice`);
  }
  return offers.map(({ id, tags = [], limit = 2, publisherId }) => {
    if (!Number.isInteger(limit) || limit < 0) {
      throw new TypeError(`offers: ${id}: expected a limit of 0 or more whole sessions, got ${limit}`);
    }
    return { id, tags, limit, publisherId };
  });
}

function refuseEmptyIds(what: string, ids: readonly string[]): void {
  if (ids.includes('')) throw new TypeError(`${what}: an id is empty`);
}

/** The place of the first name that stands further up already; -1 where there is none. */
function findTwice(names: readonly string[]): number {
  return names.findIndex((name, index) => names.indexOf(name) !== index);
}
