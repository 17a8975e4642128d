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
      return open(simulator, time, `memory ${connections}`, endpoint, listener);
    },
  };
}

function open(
  simulator: Simulator,
  time: VirtualTime,
  id: string,
  endpoint: string,
  listener: WireListener,
): WireConnection {
  const { runtime } = simulator;
  let state: 'connecting' | 'open' | 'over' = 'connecting';
  const isOpen = (): boolean => state === 'open';
  const end = (code: number): void => {
    if (!isOpen()) return;
    state = 'over';
    setImmediate(() => listener.closed(code));
  };
  const connection = {
    id,
    send: (data: string | Uint8Array) => void setImmediate(() => isOpen() && listener.received(data)),
    // What was sent before a close still arrives.
    close: (code: number) => void setImmediate(() => end(code)),
    cut: () => end(1006),
  };
  const connect = async (): Promise<void> => {
    const admission = await time.during(simulator.upgrade({ url: endpoint }));
    if (state === 'over') return;
    if (admission.kind === 'refuse') {
      state = 'over';
      listener.refused(admission.status);
      return;
    }
    state = 'open';
    admission.open(connection);
    setImmediate(() => isOpen() && listener.opened());
  };
  void connect();
  return {
    send: (text) => void (isOpen() && runtime.received(id, text)),
    close() {
      const wasOpen = isOpen();
      state = 'over';
      if (wasOpen) void runtime.closed(id, 'client', 1000, '');
    },
  };
}
