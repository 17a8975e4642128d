import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import type { Simulator } from '../simulator/index.ts';

/** A client of the tests: real HTTP, a real socket, and no will of its own. */
export interface SocketDevice {
  readonly socket: WebSocket;
  readonly endpoint: string;
  /** What came and was not yet taken by `next`: text frames as parsed JSON or as they stand, binary ones as bytes. */
  readonly frames: unknown[];
  readonly closed: Promise<number>;
  send(action: string): void;
  next(): Promise<unknown>;
  /** Resolves when the server has handled whatever was sent before: a WebSocket ping went there and back. */
  roundTrip(): Promise<void>;
}

/** Whom a request is made for. */
export interface Asking {
  customerId?: string;
  publisherId?: string;
}

export async function post(
  simulator: Simulator,
  path: string,
  body: unknown,
  { customerId = 'c1', publisherId }: Asking = {},
): Promise<Response> {
  const authorization = `Bearer ${await simulator.token({ customerId, publisherId })}`;
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify(body),
  });
}

/** Asks for a session at the offer `S1` and gives the endpoint. */
export async function create(simulator: Simulator, sessionName = 'Sofa', asking?: Asking): Promise<string> {
  const answer = await post(simulator, '/sessions', { sessionName, offerId: 'S1' }, asking);
  const { endpoint } = (await answer.json()) as { endpoint?: string };
  if (answer.status !== 200 || endpoint === undefined) throw new Error(`not granted: ${answer.status}`);
  return endpoint;
}

export async function connect(endpoint: string, options: ClientOptions = {}): Promise<SocketDevice> {
  const socket = new WebSocket(endpoint, options);
  const frames: unknown[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    frames.push(isBinary ? new Uint8Array(data) : readJson(data.toString()));
    waiting.splice(0).forEach((wake) => wake());
  });
  const closed = new Promise<number>((resolve) => void socket.once('close', resolve));
  await once(socket, 'open');
  socket.on('error', () => {});
  return {
    socket,
    endpoint,
    frames,
    closed,
    send: (action) => socket.send(JSON.stringify({ action })),
    async next() {
      while (frames.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      return frames.shift();
    },
    async roundTrip() {
      socket.ping();
      await once(socket, 'pong');
    },
  };
}

/** Creates a session, connects, and sends REQUESTED. */
export async function request(
  simulator: Simulator,
  sessionName?: string,
  asking?: Asking,
): Promise<SocketDevice> {
  const device = await connect(await create(simulator, sessionName, asking));
  device.send('REQUESTED');
  return device;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
