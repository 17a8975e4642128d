import { createRealClock, createVirtualClock } from '../simulator/clock.ts';
import type { Terms } from '../simulator/customer-terms.ts';
import { DEFAULT_OFFERS, DEFAULT_PUBLISHER } from '../simulator/options.ts';
import type { SimulatorOptions } from '../simulator/options.ts';

/** What a test says of its simulator. */
export interface TestSimulatorOptions
  extends Pick<SimulatorOptions, 'publishers' | 'offers' | 'limits' | 'seed'>, Terms {
  /** `virtual`: time stands still until `advance()`; `real` unless told. */
  clock?: 'real' | 'virtual' | undefined;
  /** The origin at which the app believes the service to be, such as `https://drisc.example.com`. */
  origin?: string | undefined;
  /** A folder with scenarios of one's own, beside the library. */
  scenarios?: string | undefined;
  /** The customer whose token `token()` gives; `1001` unless told. */
  customerId?: string | undefined;
  /** How long the app is waited for, in milliseconds; 5 s unless told. */
  patience?: number | undefined;
}

/** The customer of the tests, and of every scenario. */
const CUSTOMER = '1001';

export interface ResolvedTestSimulatorOptions {
  readonly simulator: SimulatorOptions;
  readonly origin: string | undefined;
  readonly scenarios: string | undefined;
  readonly customerId: string;
  readonly patience: number;
}

/** @param now the wall clock, in milliseconds since the epoch: apps look at theirs to see whether a token is good still */
export function resolveTestSimulatorOptions(
  options: TestSimulatorOptions,
  now: number,
): ResolvedTestSimulatorOptions {
  const {
    publishers = [{ ...DEFAULT_PUBLISHER }],
    offers = DEFAULT_OFFERS,
    clock = 'real',
    customerId = CUSTOMER,
    patience = 5_000,
    enabled,
    takeover,
    limit,
    ...others
  } = options;
  if (clock !== 'real' && clock !== 'virtual') {
    throw new TypeError(`clock: expected real or virtual, got ${JSON.stringify(clock)}`);
  }
  return Object.freeze({
    simulator: {
      publishers: publishers.map((publisher) => ({
        ...publisher,
        ...(enabled === undefined ? {} : { enabled }),
        ...(takeover === undefined ? {} : { takeover }),
      })),
      offers: offers.map((offer) => ({ ...offer, ...(limit === undefined ? {} : { limit }) })),
      settings: others.settings,
      limits: others.limits,
      seed: others.seed,
      clock: clock === 'virtual' ? createVirtualClock(now) : createRealClock(),
      // Rules about tokens can be judged only where they are to be seen; whatever leaves the test has them masked.
      showTokens: true,
    },
    origin: others.origin,
    scenarios: others.scenarios,
    customerId,
    patience,
  });
}
