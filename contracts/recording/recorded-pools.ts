import { peekCustomerClaims } from '../../protocol/tokens.ts';
import { readConversation } from '../trace/conversation.ts';
import type { Exchange, Link } from '../trace/conversation.ts';
import { holdsId } from './endpoint-claims.ts';
import type { PlacedDevice } from './place-device.ts';

/** A request of a customer whose pool the recording shows. */
export interface PoolExchange {
  readonly placed: PlacedDevice;
  readonly exchange: Exchange & { readonly response: NonNullable<Exchange['response']> };
  readonly customerId: string;
  /** The pool's name: customer and offer, or customer and tag where nothing tells which offer has it. */
  readonly pool: string;
  /** Whether the pool is known by its offer. A pool known by a tag may be the same as one that is known by its offer. */
  readonly byOffer: boolean;
}

/** A session whose grant was recorded. */
export interface PoolSession extends PoolExchange {
  /** What the replay calls it. */
  readonly id: string;
  readonly name: string | undefined;
  readonly endpoint: string;
  readonly links: readonly Link[];
}

/** The answered creates and takeovers of customers that are known, in order of their answers. */
export function readPoolExchanges(devices: readonly PlacedDevice[]): PoolExchange[] {
  return devices
    .flatMap((placed) =>
      readConversation(placed.trace).exchanges.flatMap((exchange): PoolExchange[] => {
        const { response, request, body, endpoint } = exchange;
        const { subject } = placed.device;
        const customerId = readCustomer(request.headers['authorization']) ?? subject?.customerId;
        if (!response || response.injected !== undefined || !body || customerId === undefined) return [];
        // What the server's token says holds for the session of that token.
        const granted = endpoint === undefined ? undefined : subject?.offerId;
        const offer = [body['offerId'], granted].find((id) => typeof id === 'string');
        const place = offer ?? `tag ${JSON.stringify(body['tag'])}`;
        const pool = JSON.stringify([customerId, place]);
        const whole = { ...exchange, response };
        return [{ placed, exchange: whole, customerId, pool, byOffer: offer !== undefined }];
      }),
    )
    .toSorted((one, other) => one.exchange.response.at - other.exchange.response.at);
}

/** The session that an exchange was granted; nothing where it was not. */
export function readPoolSession(
  given: PoolExchange,
  devices: readonly PlacedDevice[],
): PoolSession | undefined {
  const { endpoint, body, response } = given.exchange;
  if (endpoint === undefined) return undefined;
  const name = body?.['sessionName'];
  const token = tokenOf(endpoint);
  const isMasked = token === null || token.includes('•');
  const own = isMasked ? [given.placed] : devices;
  const links = own.flatMap(({ trace }) =>
    readConversation(trace).links.filter(
      ({ url, at }) => at >= response.at && (url === endpoint || (!isMasked && tokenOf(url) === token)),
    ),
  );
  const id = `${given.placed.device.name} ${given.exchange.request.exchange}`;
  return { ...given, id, name: typeof name === 'string' ? name : undefined, endpoint, links };
}

/** Whether a session has this id at the server. */
export function hasServerId({ placed, endpoint }: PoolSession, id: string): boolean {
  return placed.device.subject?.sessionId === id || holdsId(endpoint, id);
}

/** Whether the recording tells a session's id at all. */
export function isIdentified({ placed, endpoint }: PoolSession): boolean {
  return placed.device.subject?.sessionId !== undefined || /\.eyJ|=eyJ[^•]+\./.test(endpoint);
}

function readCustomer(authorization = ''): string | undefined {
  const token = /^Bearer +(eyJ\S+\.\S+\.\S*)$/i.exec(authorization)?.[1];
  return token === undefined ? undefined : peekCustomerClaims(token)?.customerId;
}

function tokenOf(url: string): string | null {
  return new URL(url).searchParams.get('token');
}
