import { peekCustomerClaims, verifyEndpointToken } from '../../protocol/tokens.ts';
import type { EndpointClaims } from '../../protocol/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Faults } from '../faults/faults.ts';
import { planUpgrade } from '../faults/upgrade-faults.ts';
import type { Journal, JournalSubject } from '../journal.ts';
import { doOrNote } from '../own-fault.ts';
import type { Runtime } from '../runtime.ts';
import type { Tamper } from '../tamper.ts';
import { CONNECT_PATH } from './http-app.ts';

/** What admitting an upgrade needs of the simulator. */
export interface UpgradeParts {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly endpointSecret: string;
  readonly tamper: Tamper;
}

/** An attempt to open a WebSocket, as a host hears of it. */
export interface UpgradeRequest {
  /** Absolute, or a path with its query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Takes a place for the connection, where its token is good; false where the host has none left. There is always one
   * unless told.
   */
  readonly takePlace?: (() => boolean) | undefined;
}

/** What a host is to do with an attempt to open a WebSocket. */
export type Admission =
  | {
      readonly kind: 'admit';
      /** Hands the connection over once it stands. Frames and the end of it go to the runtime by its id. */
      open(connection: Connection): void;
    }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly message: string };

/** Decides on an attempt to open a WebSocket (PROTOCOL.md 4.1 to 4.3) and writes it down, whatever the host. */
export async function admitUpgrade(parts: UpgradeParts, request: UpgradeRequest): Promise<Admission> {
  const { url, takePlace = () => true } = request;
  const target = URL.canParse(url, 'ws://localhost') ? new URL(url, 'ws://localhost') : undefined;
  if (target?.pathname !== CONNECT_PATH) {
    return refuse(parts, { url }, 404, 'Connect to the endpoint that a create gave, as it stands.');
  }
  const token = target.searchParams.get('token') ?? '';
  const verify = parts.tamper.verifyEndpointToken ?? verifyEndpointToken;
  const verified = await verify(token, parts.endpointSecret, parts.clock.now());
  // Whom a token says that it is for, whether or not it is good.
  const attempt = { url, subject: peekCustomerClaims(token) };
  if (!verified.ok) return refuse(parts, attempt, 401, verified.problem);
  const { claims } = verified;
  if (!takePlace()) {
    const message = 'There are more connections than this simulator bears.';
    return refuse(parts, { url, subject: claims }, 503, message);
  }
  const subject = { ...claims, nth: parts.runtime.nextNth(claims.sessionId) };
  const plan = planUpgrade(parts.faults.strike('upgrade', subject));
  if (plan.refuse !== undefined) {
    const message = 'The service is not available.';
    return refuse(parts, { url, subject: { ...claims, injected: plan.injected } }, plan.refuse, message);
  }
  const silenced = plan.silent ? plan.injected : undefined;
  return { kind: 'admit', open: (connection) => open(parts, request, { connection, claims, silenced }) };
}

const REFUSALS: Record<number, string> = { 401: 'Unauthorized', 404: 'NotFound' };

function refuse(
  { journal }: UpgradeParts,
  { url, subject = {} }: { url: string; subject?: JournalSubject | undefined },
  status: number,
  message: string,
): Admission {
  journal.write(subject, { kind: 'refused-upgrade', url, status, message });
  return { kind: 'refuse', status, code: REFUSALS[status] ?? 'Unavailable', message };
}

interface Opening {
  readonly connection: Connection;
  readonly claims: EndpointClaims;
  /** The fault because of which the connection stays mute. */
  readonly silenced: string | undefined;
}

function open(
  { runtime, journal }: UpgradeParts,
  { url, headers = {} }: UpgradeRequest,
  opening: Opening,
): void {
  const { claims, connection, silenced } = opening;
  const { publisherId, customerId, offerId, sessionId } = claims;
  const subject = { publisherId, customerId, offerId, sessionId, connection: connection.id };
  const marked = silenced === undefined ? subject : { ...subject, injected: silenced };
  journal.write(marked, { kind: 'open', url, headers });
  // The runtime handles the inputs of a pool in the order in which they arrive here.
  void doOrNote(journal, () => runtime.opened(opening), marked);
}
