import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { createRealClock } from '../simulator/clock.ts';
import { CONTROL_PATH, createControlApp } from '../simulator/control/control-app.ts';
import { explainBindError } from '../simulator/host/bind-error.ts';
import { createServerCloser } from '../simulator/host/server-closer.ts';
import type { CloseServer } from '../simulator/host/server-closer.ts';
import { createWebServer } from '../simulator/host/web-server.ts';
import { createJournal } from '../simulator/journal.ts';
import type { Journal, JournalEntry } from '../simulator/journal.ts';
import { LIMITS } from '../simulator/limits.ts';
import { createClientLine } from './client-line.ts';
import type { ClientLine } from './client-line.ts';
import { createEndpointBook } from './endpoint-book.ts';
import type { PassParts } from './pass-parts.ts';
import { passRequest } from './pass-request.ts';
import { passUpgrade } from './pass-upgrade.ts';
import { PROXY_OPERATIONS } from './proxy-operations.ts';
import type { BrokenRule, ProxySight } from './proxy-operations.ts';
import { createTarget } from './target.ts';
import type { TargetTls } from './target.ts';
import { createTraffic } from './traffic.ts';

/** What a proxy is started with. */
export interface ProxyOptions extends TargetTls {
  /** Where everything goes: `https://drisc.example`. */
  readonly target: string;
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  /** `127.0.0.1` unless told. */
  readonly host?: string | undefined;
  /** PEM texts: clients speak HTTPS and wss with it. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Leaves endpoints as they are: WebSockets then go past the proxy. */
  readonly keepEndpoint?: boolean | undefined;
  /** Leaves tokens in the journal as they are. */
  readonly showTokens?: boolean | undefined;
  /** Asked for by the page under `/_drisc/`; a random one unless told. */
  readonly controlToken?: string | undefined;
  /** Is given each entry as it comes, tokens and all. */
  readonly onEntry?: ((entry: JournalEntry) => void) | undefined;
  /** What was found broken so far, for the page. */
  readonly broken?: (() => readonly BrokenRule[]) | undefined;
}

/** Stands between clients and a server, passes everything on as it is, and takes it down. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** The origin of the server behind. */
  readonly target: string;
  readonly controlToken: string;
  readonly journal: Journal;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * @throws {TypeError} where the target is no origin.
 * @throws {SimulatorError} `PortInUse`, `AddressNotAvailable`
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { port = 0, host = '127.0.0.1', tls, keepEndpoint = false, controlToken } = options;
  const target = createTarget(options.target, options);
  const journal = createJournal({
    instance: crypto.randomUUID(),
    clock: createRealClock(),
    capacity: LIMITS.maxJournalEntries.default,
    characters: LIMITS.maxJournalCharacters.default,
    showTokens: options.showTokens,
  });
  const traffic = createTraffic(journal, options.onEntry ?? (() => {}));
  const endpoints = createEndpointBook(target.origin);
  const parts = { target, traffic, endpoints, keepEndpoint, isSecure: tls !== undefined };
  if (keepEndpoint) {
    const text = 'endpoints are kept as they are, so WebSockets do not pass here';
    traffic.write({}, { kind: 'note', text, gap: 'frames' });
  }
  const token = controlToken ?? crypto.randomUUID();
  const sight = { journal, target: target.origin, broken: options.broken ?? (() => []) };
  const listener = new ProxyListener(parts, createPage(sight, token), tls);
  const bound = await listener.listen(port, host);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return {
    url: `${tls ? 'https' : 'http'}://${authority}`,
    target: target.origin,
    controlToken: token,
    journal,
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

type PageListener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown;

/** The inspector and the part of the control API that a proxy can serve: it steers nothing. */
function createPage(sight: ProxySight, token: string): PageListener {
  const app = createControlApp({
    of: 'proxy',
    seen: sight,
    operations: PROXY_OPERATIONS,
    token,
    openToLoopback: false,
  });
  return getRequestListener((request, { incoming }) =>
    app.fetch(request, { remoteAddress: incoming.socket.remoteAddress }),
  );
}

class ProxyListener {
  readonly #server: Server;
  readonly #parts: PassParts;
  readonly #page: PageListener;
  readonly #lines = new WeakMap<Socket, ClientLine>();
  readonly #close: CloseServer;

  constructor(parts: PassParts, page: PageListener, tls: ProxyOptions['tls']) {
    this.#parts = parts;
    this.#page = page;
    // No deadlines of our own: when a connection ends is for its two ends to say.
    const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
      this.#pass(incoming, outgoing);
    this.#server = createWebServer({
      options: { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 },
      tls,
      onRequest: pass,
      onExpectation: pass,
      onUpgrade: (incoming, socket, head) => this.#passUpgrade(incoming, socket, head),
    });
    this.#close = createServerCloser(this.#server);
  }

  async listen(port: number, host: string): Promise<number> {
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(explainBindError(error, port, host)));
      server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return this.#close();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (`${incoming.url?.split('?', 1)[0]}/`.startsWith(`${CONTROL_PATH}/`)) {
      this.#page(incoming, outgoing);
      return;
    }
    passRequest(this.#parts, incoming, outgoing, this.#lineOf(incoming.socket));
  }

  #passUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      passUpgrade(this.#parts, incoming, socket, head);
    } catch (error) {
      this.#parts.traffic.write({}, { kind: 'note', text: `fault of the proxy: ${String(error)}` });
      socket.destroy();
    }
  }

  #lineOf(socket: Socket): ClientLine {
    const known = this.#lines.get(socket);
    if (known) return known;
    const line = createClientLine(socket, this.#parts.target);
    this.#lines.set(socket, line);
    return line;
  }
}
