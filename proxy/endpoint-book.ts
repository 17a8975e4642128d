import { parseEndpointUrl } from './endpoint-url.ts';

/** An endpoint that was given to a client in place of the server's own. */
export interface RedirectedEndpoint {
  /** The whole body, changed in the endpoint and nowhere else. */
  readonly body: string;
  readonly from: string;
  readonly to: string;
}

/** Leads the WebSockets of clients through the proxy, and knows where each one belongs. */
export interface EndpointBook {
  /**
   * Lets the endpoint in a body lead to this proxy; its path and its query, the token too, stay as they are.
   * @param origin the proxy as the client reaches it: `wss://127.0.0.1:4020`
   * @returns nothing where the body has no endpoint.
   */
  redirect(body: string, origin: string): RedirectedEndpoint | undefined;
  /** The origin of the server that an upgrade to a path is meant for, `https://ws.drisc.example`. */
  resolve(path: string): string;
}

/** Endpoints that are remembered; the oldest give way. */
const MOST_KNOWN = 10_000;

/** @param target where upgrades go that no endpoint is known for */
export function createEndpointBook(target: string): EndpointBook {
  const origins = new Map<string, string>();
  const paths = new Map<string, string>();

  function remember(path: string, origin: string): void {
    origins.set(tokenOf(path), origin);
    paths.set(pathOf(path), origin);
    for (const map of [origins, paths]) {
      const [oldest] = map.keys();
      if (map.size > MOST_KNOWN && oldest !== undefined) map.delete(oldest);
    }
  }

  return {
    redirect(body, origin) {
      const from = readEndpoint(body);
      const [, scheme = '', authority = '', path = ''] = ENDPOINT.exec(from ?? '') ?? [];
      if (from === undefined || authority === '') return undefined;
      const to = `${origin}${path}`;
      const changed = replaceEndpoint(body, from, to);
      if (readEndpoint(changed) !== to) return undefined;
      remember(
        path.startsWith('/') ? path : `/${path}`,
        `${scheme.toLowerCase() === 'wss' ? 'https' : 'http'}://${authority}`,
      );
      return { body: changed, from, to };
    },
    // A client that changes its endpoint still has the token, or at least the path.
    resolve: (path) => origins.get(tokenOf(path)) ?? paths.get(pathOf(path)) ?? target,
  };
}

const ENDPOINT = /^(wss?):\/\/([^/?#]+)([^#]*)/i;
const MEMBER = /("endpoint"\s*:\s*)("(?:[^"\\]|\\.)*")/g;

function readEndpoint(body: string): string | undefined {
  try {
    const { endpoint } = JSON.parse(body) as { endpoint?: unknown };
    return typeof endpoint === 'string' && URL.canParse(endpoint) ? endpoint : undefined;
  } catch {
    return undefined;
  }
}

function replaceEndpoint(body: string, from: string, to: string): string {
  return body.replace(MEMBER, (whole, member: string, value: string) =>
    JSON.parse(value) === from ? member + JSON.stringify(to) : whole,
  );
}

function tokenOf(path: string): string {
  return parseEndpointUrl(path)?.searchParams.get('token') ?? path;
}

function pathOf(path: string): string {
  return parseEndpointUrl(path)?.pathname ?? path;
}
