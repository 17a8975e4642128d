import { http, ws } from 'msw';
import type { RequestHandler, WebSocketHandler } from 'msw';
import type { Connection } from '../connection.ts';
import { doOrNote, noteOwnFault } from '../own-fault.ts';
import type { Simulator } from '../simulator.ts';
import { createTurns } from '../turns.ts';
import { CONNECT_PATH } from './http-app.ts';

/** Where an app under test looks for the service. */
export interface MswOptions {
  /** The origin at which the app believes the service to be, such as `https://drisc.example.com`. Nothing listens there. */
  baseUrl: string;
}

/** A WebSocket of the app, as MSW hands it over. */
type MockedSocket = Parameters<Parameters<ReturnType<typeof ws.link>['addEventListener']>[1]>[0]['client'];

/**
 * Makes a simulator answer an app's requests and WebSockets inside this process, with no port. For tests of an app: pass
 * the handlers to `setupServer` or `setupWorker`. A mocked WebSocket has no upgrade, so one that the simulator refuses
 * opens and closes at once with 1006; neither a status nor headers are seen.
 * @throws {TypeError} on a base URL that is no http: or https: URL, or one with a path.
 */
export function createMswHandlers(
  simulator: Simulator,
  { baseUrl }: MswOptions,
): (RequestHandler | WebSocketHandler)[] {
  const base = readOrigin(baseUrl);
  const sockets = ws.link(`${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}${CONNECT_PATH}`);
  const open = new Set<string>();
  return [
    http.all(`${base.origin}/*`, ({ request }) => simulator.fetch(request)),
    sockets.addEventListener('connection', ({ client }) => serve(simulator, client, open)),
  ];
}

function readOrigin(baseUrl: string): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isWeb = base?.protocol === 'http:' || base?.protocol === 'https:';
  if (isWeb && base.pathname === '/' && base.search === '') return base;
  throw new TypeError(
    `baseUrl: expected a URL such as https://drisc.example.com, with no path, got ${baseUrl}`,
  );
}

/** @param open the ids of the connections that stand; the one that is served joins them. */
function serve(simulator: Simulator, client: MockedSocket, open: Set<string>): void {
  const { runtime, journal, limits } = simulator;
  // Unique beside other handlers of the same simulator: it tells connections apart by this.
  const id = `msw ${crypto.randomUUID()}`;
  let isGone = false;
  const fail = (error: unknown): void => {
    noteOwnFault(journal, error);
    client.close(NO_CLOSE_FRAME);
  };
  const tell = (work: () => Promise<void>): void => void doOrNote(journal, work, { connection: id });
  // The app may speak before the simulator has made up its mind, and a Blob takes time to read: all in its turn.
  const turns = createTurns();
  const inTurn = (work: () => Promise<void>): void => void turns(work).catch(fail);
  inTurn(admit);
  client.addEventListener('message', ({ data }) =>
    inTurn(async () => {
      const frame = await readData(data);
      tell(() => runtime.received(id, frame));
    }),
  );
  client.addEventListener('close', ({ code, reason }) => {
    isGone = true;
    open.delete(id);
    inTurn(async () => tell(() => runtime.closed(id, 'client', code, reason)));
  });

  function takePlace(): boolean {
    if (isGone) return true;
    if (open.size >= limits.maxConnections) return false;
    open.add(id);
    return true;
  }

  async function admit(): Promise<void> {
    const admission = await simulator.upgrade({ url: client.url.href, takePlace });
    if (isGone) return;
    if (admission.kind === 'refuse') {
      open.delete(id);
      client.close(NO_CLOSE_FRAME);
      return;
    }
    admission.open(toConnection(client, id));
  }
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
