import type { OfferChoice } from '../protocol/http-bodies.ts';
import type { PublisherKey } from '../protocol/tokens.ts';

/** A broadcaster: signs its customers' tokens, switches DRISC and takeover on or off [D]. */
export interface Publisher {
  readonly id: string;
  readonly key: PublisherKey;
  /** Whether DRISC is on. */
  readonly enabled: boolean;
  readonly takeover: boolean;
}

/** Something a customer may watch, with the number of sessions allowed per customer [D]. */
export interface Offer {
  readonly id: string;
  readonly tags: readonly string[];
  readonly limit: number;
  /** The one publisher that has it; every publisher where left out. */
  readonly publisherId?: string | undefined;
}

/** Who the publishers are and what they offer. What a dashboard would change can be changed here at any time. */
export interface Directory {
  publisher(id: string): Publisher | undefined;
  publishers(): Publisher[];
  offers(): Offer[];
  /** The offer that a create means; for a tag the first configured one that has it [A]. */
  findOffer(publisherId: string, choice: OfferChoice): Offer | undefined;
  setPublisher(publisher: Publisher): void;
  setOffer(offer: Offer): void;
  /** Puts another set of publishers and offers in place of the present one. */
  replace(publishers: readonly Publisher[], offers: readonly Offer[]): void;
}

/** One string for an offer's owner and id: no two offers of a directory have the same. */
export function nameOffer({ id, publisherId }: Pick<Offer, 'id' | 'publisherId'>): string {
  return JSON.stringify([publisherId, id]);
}

export function createDirectory(publishers: readonly Publisher[], offers: readonly Offer[]): Directory {
  const publishersById = new Map<string, Publisher>();
  // Two publishers may each have an offer of the same id.
  const offersByOwner = new Map<string, Offer>();

  function replace(nextPublishers: readonly Publisher[], nextOffers: readonly Offer[]): void {
    publishersById.clear();
    offersByOwner.clear();
    for (const publisher of nextPublishers) publishersById.set(publisher.id, publisher);
    for (const offer of nextOffers) offersByOwner.set(nameOffer(offer), offer);
  }

  replace(publishers, offers);
  return {
    publisher: (id) => publishersById.get(id),
    publishers: () => [...publishersById.values()],
    offers: () => [...offersByOwner.values()],
    findOffer(publisherId, choice) {
      for (const offer of offersByOwner.values()) {
        if (offer.publisherId !== undefined && offer.publisherId !== publisherId) continue;
        if (choice.tag === undefined ? offer.id === choice.offerId : offer.tags.includes(choice.tag))
          return offer;
      }
      return undefined;
    },
    setPublisher: (publisher) => void publishersById.set(publisher.id, publisher),
    setOffer: (offer) => void offersByOwner.set(nameOffer(offer), offer),
    replace,
  };
}
