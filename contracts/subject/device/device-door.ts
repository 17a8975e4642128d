import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { OFFER, OTHER_OFFER } from '../../client/stage/cast.ts';
import type {
  Door,
  StageAnswer,
  StageRequest,
  Transport,
  UpgradeDecision,
} from '../../client/stage/stage.ts';

/** A case that is under way behind the door. */
interface Behind {
  readonly stage: Door;
  /** What a request of the device stands for: it may bring a token and an offer of its own. */
  readonly request: StartCommand;
}

/**
 * One door for all cases of a run, since a device is pointed at one address: it leads to the stage of the case that is
 * under way. What a device still wants of an earlier case is sent away and written down nowhere.
 */
export class DeviceDoor implements Door {
  #behind: Behind | undefined;
  readonly #links = new Map<number, { stage: Door; link: number }>();
  /** Whose endpoint an address is: every case grants others, with a secret of its own. */
  readonly #owners = new Map<string, Door>();
  #attempts = 0;

  lead(behind: Behind | undefined): void {
    this.#behind = behind;
  }

  async answer(request: StageRequest): Promise<StageAnswer> {
    if (!this.#behind) return { ...NOT_NOW };
    return this.#behind.stage.answer(adopt(request, this.#behind.request));
  }

  attempt(url: string): UpgradeDecision {
    const { stage } = this.#behind ?? {};
    const owner = this.#owners.get(url);
    if (!stage || (owner && owner !== stage)) return { kind: 'refuse', status: 401 };
    const decision = stage.attempt(url);
    if (decision.kind !== 'accept') return decision;
    this.#attempts += 1;
    this.#links.set(this.#attempts, { stage, link: decision.link });
    this.#owners.set(url, stage);
    return { kind: 'accept', link: this.#attempts };
  }

  opened(link: number, url: string, transport: Transport): void {
    const known = this.#links.get(link);
    known?.stage.opened(known.link, url, transport);
  }

  said(link: number, data: string | Uint8Array): void {
    const known = this.#links.get(link);
    known?.stage.said(known.link, data);
  }

  gone(link: number, code: number, reason: string): void {
    const known = this.#links.get(link);
    this.#links.delete(link);
    known?.stage.gone(known.link, code, reason);
  }
}

const NOT_NOW = {
  kind: 'response',
  status: 503,
  headers: { 'access-control-allow-origin': '*', 'content-type': 'application/json' },
  body: '{"code":"Unavailable","message":"No situation is under way; look at the terminal."}',
  breaksOff: false,
} as const;

const BEARER = /^(Bearer +)[\w-]+\.[\w-]+\.[\w-]*$/i;
const OFFERS: readonly unknown[] = [OFFER.id, OTHER_OFFER.id];
const TAGS: readonly unknown[] = [OFFER.tag, OTHER_OFFER.tag];

/** Takes a token, an offer and a tag of the device's own for those of the case; what is wrong otherwise stays so. */
function adopt(request: StageRequest, { token }: StartCommand): StageRequest {
  const header = request.headers['authorization'];
  const headers = header === undefined ? {} : { authorization: header.replace(BEARER, `$1${token}`) };
  return { ...request, headers: { ...request.headers, ...headers }, body: adoptBody(request.body) };
}

function adoptBody(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return text;
  const { offerId, tag } = body as Record<string, unknown>;
  const offer = typeof offerId === 'string' && !OFFERS.includes(offerId) ? { offerId: OFFER.id } : {};
  const label = typeof tag === 'string' && !TAGS.includes(tag) ? { tag: OFFER.tag } : {};
  return JSON.stringify({ ...body, ...offer, ...label });
}
