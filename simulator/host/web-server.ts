import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createUpgradeUndo } from './upgrade-undo.ts';

/** Takes an upgrade to a WebSocket; `head` is what came after it already. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** What a server is made of. */
export interface WebServerParts {
  /** Limits and deadlines; those of Node unless told. */
  readonly options?: ServerOptions | undefined;
  /** PEM texts: speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly onRequest: RequestListener;
  /** Takes requests that wait for 100 (Continue); Node sends that unless told. */
  readonly onExpectation?: RequestListener | undefined;
  readonly onUpgrade: UpgradeListener;
}

/**
 * Makes a server that upgrades to WebSockets and to nothing else: a request that offers another protocol, as clients that
 * would rather speak HTTP/2 do, is a request as if it had not (RFC 9110, 7.8), body and all.
 */
export function createWebServer(parts: WebServerParts): Server {
  const { options, tls, onRequest, onExpectation, onUpgrade } = parts;
  // Newer Nodes ask; an older one takes every offer for an upgrade, which is then undone.
  const whole = { ...options, shouldUpgradeCallback: asksForWebSocket };
  const server = tls ? createSecureServer({ ...whole, ...tls }) : createServer(whole);
  const undo = createUpgradeUndo(server);
  server.on('request', undo.note).on('request', onRequest);
  if (onExpectation) server.on('checkContinue', undo.note).on('checkContinue', onExpectation);
  server.on('upgrade', (request, socket, head) => {
    if (asksForWebSocket(request)) onUpgrade(request, socket, head);
    else undo.goOn(request, socket, head);
  });
  return server;
}

/** Whether a request is the opening handshake of a WebSocket (RFC 6455, 4.1); what HTTP/1.0 offers is ignored. */
function asksForWebSocket({ method, httpVersion, headers: { upgrade = '' } }: IncomingMessage): boolean {
  const offers = upgrade.toLowerCase().split(/\s*,\s*/);
  return method === 'GET' && httpVersion !== '1.0' && offers.includes('websocket');
}
