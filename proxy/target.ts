import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { Agent, ClientRequest, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';

/** How the proxy trusts the servers that it speaks with. */
export interface TargetTls {
  /** Certificates (PEM) that are trusted beside the well-known ones. */
  readonly ca?: string | undefined;
  /** Trusts any certificate. */
  readonly insecure?: boolean | undefined;
}

/** The way to the servers behind the proxy: the target, and the hosts that its endpoints name. */
export interface Target {
  /** `https://drisc.example`, without a path. */
  readonly origin: string;
  /** The agent of one client connection: it has one connection to the target, as the client would have. */
  createAgent(): Agent;
  /** A request to a server; `headers` go out as they stand, in the form of `rawHeaders`. */
  request(origin: string, options: PassedOn): ClientRequest;
}

/** The line and the headers of a request to a server. */
export interface PassedOn {
  readonly method: string;
  /** As the client wrote it. */
  readonly path: string;
  readonly headers: readonly string[];
  /** A connection of its own where left out. */
  readonly agent?: Agent | undefined;
}

/** @throws {TypeError} where the URL is no origin. */
export function createTarget(url: string, { ca, insecure = false }: TargetTls = {}): Target {
  const trust = {
    rejectUnauthorized: !insecure,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  };
  const { origin, protocol } = readOrigin(url);
  const isSecure = protocol === 'https:';
  return {
    origin,
    createAgent: () => {
      const options = { keepAlive: true, maxSockets: 1 };
      return isSecure ? new HttpsAgent({ ...options, ...trust }) : new HttpAgent(options);
    },
    request(to, { method, path, headers, agent }) {
      const { protocol, hostname, port } = new URL(to);
      const options: RequestOptions = {
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path,
        headers,
        agent: agent ?? false,
      };
      return protocol === 'https:' ? requestHttps({ ...options, ...trust }) : requestHttp(options);
    },
  };
}

function readOrigin(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isOrigin = parsed?.pathname === '/' && parsed.search === '' && parsed.username === '';
  if (parsed && isOrigin && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new TypeError(
    `target: expected an address such as https://drisc.example, got ${JSON.stringify(url)}; a path belongs into the address that the client is given`,
  );
}
