import { http, ws } from 'msw';
import type { RequestHandler, WebSocketHandler } from 'msw';
import type { Connection } from '../connection.ts';
import type { Simulator } from '../simulator.ts';
import { CONNECT_PATH } from './http-app.ts';

export interface MswOptions {
  /** Where the app believes the service to be, such as `https://drisc.example.com`. Nothing listens there. */
  baseUrl: string;
}

/** A WebSocket of the app, as MSW hands it over. */
type MockedSocket = Parameters<Parameters<ReturnType<typeof ws.link>['addEventListener']>[1]>[0]['client'];

/**
 * Makes a simulator answer an app's requests and WebSockets inside this process, with no port. For tests of an app: pass
 * the handlers to `setupServer` or `setupWorker`. A mocked WebSocket has no upgrade, so one that the simulator refuses
 * opens and closes at once with 1006; neither a status nor headers are seen.
 * @throws {TypeError} on a base URL that is no http: or https: URL.
 */
export function createMswHandlers(
  simulator: Simulator,
  { baseUrl }: MswOptions,
): (RequestHandler | WebSocketHandler)[] {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    throw new TypeError(`baseUrl: expected a URL such as https://drisc.example.com, got ${baseUrl}`);
  }
  const sockets = ws.link(`${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}${CONNECT_PATH}`);
  let connections = 0;
  return [
    http.all(`${base.origin}/*`, ({ request }) => simulator.fetch(request)),
    sockets.addEventListener('connection', ({ client }) => {
      connections += 1;
      void serve(simulator, client, `msw ${connections}`);
    }),
  ];
}

async function serve(simulator: Simulator, client: MockedSocket, id: string): Promise<void> {
  const { runtime } = simulator;
  // The app may speak before the simulator has made up its mind.
  const early: (string | Uint8Array)[] = [];
  let hear = (data: string | Uint8Array): void => void early.push(data);
  let isGone = false;
  client.addEventListener('message', ({ data }) => void readData(data).then((frame) => hear(frame)));
  client.addEventListener('close', ({ code, reason }) => {
    isGone = true;
    void runtime.closed(id, 'client', code, reason);
  });

  const admission = await simulator.upgrade({ url: client.url.href });
  if (isGone) return;
  if (admission.kind === 'refuse') {
    client.close(NO_CLOSE_FRAME);
    return;
  }
  admission.open(toConnection(client, id));
  hear = (data) => void runtime.received(id, data);
  for (const data of early.splice(0)) hear(data);
}

/** What a client is told where the connection ended without a close frame (RFC 6455, 7.1.5). */
const NO_CLOSE_FRAME = 1006;

function toConnection(client: MockedSocket, id: string): Connection {
  // MSW loses what is sent in the turn in which a connection is closed.
  const closeLater = (code: number, reason?: string): void =>
    void setTimeout(() => client.close(code, reason), 0);
  return {
    id,
    send: (data) => client.send(typeof data === 'string' ? data : Uint8Array.from(data)),
    close: closeLater,
    cut: () => closeLater(NO_CLOSE_FRAME),
  };
}

async function readData(
  data: string | ArrayBufferLike | Blob | ArrayBufferView,
): Promise<string | Uint8Array> {
  if (typeof data === 'string') return data;
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
