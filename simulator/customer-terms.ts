import type { PoolPolicy } from '../protocol/model/pool.ts';
import { resolveSettings } from '../protocol/settings.ts';
import type { Settings } from '../protocol/settings.ts';
import type { CustomerClaims } from '../protocol/tokens.ts';
import type { Directory } from './directory.ts';
import type { PoolKey } from './store/pool-store.ts';

/** What a dashboard and the settings say, for one customer alone. What is left out is as for everybody. */
export interface Terms {
  /** Whether DRISC is on. */
  readonly enabled?: boolean | undefined;
  readonly takeover?: boolean | undefined;
  /** The sessions allowed, at each offer. */
  readonly limit?: number | undefined;
  readonly settings?: Partial<Settings> | undefined;
}

/** Says what holds for whom: the directory and the settings, and for some customers something else. */
export interface CustomerTerms {
  policyFor(key: PoolKey): PoolPolicy;
  settingsFor(customer: CustomerClaims): Settings;
  /** Changes the members that are given; the others stay. @throws {TypeError} on a setting out of range. */
  change(customer: CustomerClaims, terms: Terms): void;
  /** From here on what holds for everybody holds for this customer again. */
  revoke(customer: CustomerClaims): void;
}

/** Terms that hold for everybody until some are changed for a customer. @param settings those of now, read at each use */
export function createCustomerTerms(directory: Directory, settings: () => Settings): CustomerTerms {
  const changed = new Map<string, Terms>();
  const termsOf = (customer: CustomerClaims): Terms => changed.get(formatCustomer(customer)) ?? {};

  function settingsFor(customer: CustomerClaims): Settings {
    const own = termsOf(customer).settings;
    return own ? { ...settings(), ...own } : settings();
  }

  return {
    settingsFor,
    policyFor(key) {
      const publisher = directory.publisher(key.publisherId);
      const offer = directory.findOffer(key.publisherId, { offerId: key.offerId });
      const own = termsOf(key);
      return {
        enabled: own.enabled ?? publisher?.enabled ?? false,
        takeoverEnabled: own.takeover ?? publisher?.takeover ?? false,
        limit: own.limit ?? offer?.limit ?? 0,
        settings: settingsFor(key),
      };
    },
    change(customer, terms) {
      const former = termsOf(customer);
      const merged = { ...former.settings, ...terms.settings };
      resolveSettings(merged);
      changed.set(formatCustomer(customer), { ...former, ...terms, settings: merged });
    },
    revoke: (customer) => void changed.delete(formatCustomer(customer)),
  };
}

function formatCustomer({ publisherId, customerId }: CustomerClaims): string {
  return JSON.stringify([publisherId, customerId]);
}
