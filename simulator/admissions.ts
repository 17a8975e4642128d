import type { CreateRequest, TakeoverRequest } from '../protocol/http-bodies.ts';
import type { Admission, PoolEffect, PoolInput } from '../protocol/model/pool.ts';
import { stepTakeoverAcross } from '../protocol/model/pool.ts';
import type { CustomerClaims } from '../protocol/tokens.ts';
import type { CustomerTerms } from './customer-terms.ts';
import type { Directory, Offer } from './directory.ts';
import type { JournalSubject } from './journal.ts';
import type { PoolKey, PoolStore } from './store/pool-store.ts';
import type { Tamper } from './tamper.ts';

/** How a create or takeover ended: the model's answer, or that there is no such offer. */
export type AdmissionResult = (Admission & { offer: Offer }) | { kind: 'unknown-offer' };

/** What admissions are made with: the parts of a runtime, and what it does with pools. */
export interface AdmissionParts {
  readonly directory: Directory;
  readonly terms: CustomerTerms;
  readonly store: PoolStore;
  readonly newId: (kind: 'session') => string;
  readonly tamper: Tamper;
  /** Gives a pool an input and carries out the effects. */
  readonly step: (key: PoolKey, input: PoolInput, subject?: JournalSubject) => Promise<readonly PoolEffect[]>;
  readonly carryOut: (key: PoolKey, effect: PoolEffect, subject: JournalSubject) => void;
  /** A session was granted in this pool. */
  readonly onGrant: (key: PoolKey) => void;
}

/** Creates sessions and takes them over: finds the pools, steps them, and tells others who have to hear of it. */
export class Admissions {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  async create(
    customer: CustomerClaims,
    request: CreateRequest,
    subject: JournalSubject = {},
  ): Promise<AdmissionResult> {
    const offer = this.#parts.directory.findOffer(customer.publisherId, request.choice);
    if (!offer) return { kind: 'unknown-offer' } as const;
    const input: PoolInput = {
      type: 'create',
      session: this.#parts.newId('session'),
      name: request.sessionName,
    };
    return { ...(await this.#admit({ ...customer, offerId: offer.id }, input, subject)), offer };
  }

  async takeOver(
    customer: CustomerClaims,
    request: TakeoverRequest,
    subject: JournalSubject = {},
  ): Promise<AdmissionResult> {
    const offer = this.#parts.directory.findOffer(customer.publisherId, request.choice);
    if (!offer) return { kind: 'unknown-offer' } as const;
    const target = { ...customer, offerId: offer.id };
    const takeover = {
      session: this.#parts.newId('session'),
      name: request.sessionName,
      victim: request.sessionId,
    };
    const elsewhere = await this.#findElsewhere(target, request.sessionId);
    const admission = elsewhere
      ? await this.#admitAcross(target, elsewhere, takeover, subject)
      : await this.#admit(target, { type: 'takeover', ...takeover }, subject);
    return { ...admission, offer };
  }

  async #admit(key: PoolKey, input: PoolInput, subject: JournalSubject): Promise<Admission> {
    return this.#afterAdmission(key, await this.#parts.step(key, input, subject));
  }

  async #admitAcross(
    target: PoolKey,
    victims: PoolKey,
    takeover: { session: string; name: string; victim: string },
    subject: JournalSubject,
  ): Promise<Admission> {
    const policy = this.#parts.terms.policyFor(target);
    const stepAcross = this.#parts.tamper.stepTakeoverAcross ?? stepTakeoverAcross;
    const { victimEffects, targetEffects } = await this.#parts.store.updatePair(
      target,
      victims,
      (to, from) => {
        const step = stepAcross(to, from, takeover, policy);
        return [step.target, step.victims, step];
      },
    );
    for (const effect of victimEffects) this.#parts.carryOut(victims, effect, subject);
    for (const effect of targetEffects) this.#parts.carryOut(target, effect, subject);
    return this.#afterAdmission(target, targetEffects);
  }

  async #afterAdmission(key: PoolKey, effects: readonly PoolEffect[]): Promise<Admission> {
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    if (!admission) throw new Error('the model gave no answer');
    const creates = admission.kind === 'granted' || admission.kind === 'limit-reached';
    if (creates && this.#parts.terms.settingsFor(key).pingScope === 'customer')
      await this.#pingOtherPools(key, admission);
    if (admission.kind === 'granted') this.#parts.onGrant(key);
    return admission;
  }

  async #pingOtherPools(key: PoolKey, admission: Admission): Promise<void> {
    const { pingOnRefusedCreate } = this.#parts.terms.settingsFor(key);
    if (admission.kind === 'limit-reached' && !pingOnRefusedCreate) return;
    const { publisherId, customerId, offerId } = key;
    for (const held of await this.#parts.store.list({ publisherId, customerId })) {
      if (held.key.offerId !== offerId) await this.#parts.step(held.key, { type: 'ping' });
    }
  }

  async #findElsewhere(target: PoolKey, session: string): Promise<PoolKey | undefined> {
    const { publisherId, customerId, offerId } = target;
    const pools = await this.#parts.store.list({ publisherId, customerId });
    return pools.find(
      ({ key, pool }) => key.offerId !== offerId && pool.sessions.some(({ id }) => id === session),
    )?.key;
  }
}
