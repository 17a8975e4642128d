import { decodeJwt } from 'jose';
import type { EndpointClaims } from '../../protocol/tokens.ts';
import { planUpgrade } from '../../simulator/faults/upgrade-faults.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { VirtualTime } from '../player/virtual-time.ts';

/** What a client hears of its connection. */
export interface WireListener {
  opened(): void;
  received(data: string | Uint8Array): void;
  /** 1006 where the connection broke off. */
  closed(code: number): void;
  refused(status: number): void;
}

/** A client's end of a connection. */
export interface WireConnection {
  send(text: string): void;
  close(): void;
}

/** The network between a client and a simulator of the same process: no sockets, and no time of its own. */
export interface MemoryWire {
  post(path: string, token: string, body: object): Promise<Response>;
  connect(endpoint: string, listener: WireListener): WireConnection;
}

/** The kinds of faults under which an answer waits for the clock, or for ever. */
const SLOW = ['http-latency', 'no-answer'];

/** Where the simulator is for a client that reaches it without a socket. */
export const BASE_URL = 'http://simulator.test';

export function createMemoryWire(simulator: Simulator, time: VirtualTime): MemoryWire {
  let connections = 0;

  async function postNow(path: string, token: string, body: object): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = new Request(BASE_URL + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = Promise.resolve(simulator.fetch(request));
    const isSlow = simulator.faults.status().some(({ fault, active }) => active && SLOW.includes(fault.kind));
    return isSlow ? answer : time.during(answer);
  }

  return {
    post: postNow,
    connect(endpoint, listener) {
      connections += 1;
      return open(simulator, `memory ${connections}`, endpoint, listener);
    },
  };
}

/** Does what the WebSocket host does for a socket (simulator/host/websocket.ts). */
function open(simulator: Simulator, id: string, endpoint: string, listener: WireListener): WireConnection {
  const { runtime, journal, faults, clock } = simulator;
  const claims = readClaims(endpoint, clock.now());
  if (!claims) {
    journal.write({}, { kind: 'refused-upgrade', url: endpoint, status: 401, message: 'no valid token' });
    setImmediate(() => listener.refused(401));
    return { send: () => {}, close: () => {} };
  }
  const plan = planUpgrade(faults.strike('upgrade', { ...claims, nth: runtime.nextNth(claims.sessionId) }));
  if (plan.refuse !== undefined) {
    const status = plan.refuse;
    const subject = { injected: plan.injected };
    journal.write(subject, { kind: 'refused-upgrade', url: endpoint, status, message: 'refused' });
    setImmediate(() => listener.refused(status));
    return { send: () => {}, close: () => {} };
  }
  return accept(simulator, id, claims, plan.silent ? plan.injected : undefined, listener);
}

function accept(
  { runtime, journal }: Simulator,
  id: string,
  claims: EndpointClaims,
  silenced: string | undefined,
  listener: WireListener,
): WireConnection {
  let isOpen = true;
  const end = (code: number): void => {
    if (!isOpen) return;
    isOpen = false;
    setImmediate(() => listener.closed(code));
  };
  const connection = {
    id,
    send: (data: string | Uint8Array) => void setImmediate(() => isHeard() && listener.received(data)),
    // What was sent before a close still arrives.
    close: (code: number) => void setImmediate(() => end(code)),
    cut: () => end(1006),
  };
  const isHeard = (): boolean => isOpen;
  const { publisherId, customerId, offerId, sessionId } = claims;
  const subject = { publisherId, customerId, offerId, sessionId, connection: id };
  journal.write(silenced === undefined ? subject : { ...subject, injected: silenced }, {
    kind: 'open',
    url: '',
    headers: {},
  });
  void runtime.opened({ connection, claims, silenced });
  setImmediate(() => isOpen && listener.opened());
  return {
    send: (text) => void (isOpen && runtime.received(id, text)),
    close() {
      if (!isOpen) return;
      isOpen = false;
      void runtime.closed(id, 'client', 1000, '');
    },
  };
}

function readClaims(endpoint: string, now: number): EndpointClaims | undefined {
  try {
    const claims = decodeJwt<EndpointClaims>(new URL(endpoint).searchParams.get('token') ?? '');
    return (claims.exp ?? 0) * 1000 > now ? claims : undefined;
  } catch {
    return undefined;
  }
}
