import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webm': 'video/webm',
  '.woff2': 'font/woff2',
};

/** A folder served on loopback. */
export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder to browsers of this machine, as they are. `/` is `index.html`. */
export async function serveFolder(folder: string): Promise<ServedFolder> {
  const root = resolve(folder);
  const server = createServer((request, response) => void answer(root, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = await locate(root, request.url ?? '/');
  const body = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  if (path === undefined || body === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file\n');
    return;
  }
  const headers = {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
  };
  // Browsers seek in media by ranges.
  const [, from, until] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || Number(from) >= body.length) {
    response.writeHead(200, headers).end(body);
    return;
  }
  const last = Math.min(until ? Number(until) : Infinity, body.length - 1);
  const range = `bytes ${from}-${last}/${body.length}`;
  response.writeHead(206, { ...headers, 'content-range': range }).end(body.subarray(Number(from), last + 1));
}

/** The file that a request is for, inside the folder; nothing for what leads out of it. */
async function locate(root: string, url: string): Promise<string | undefined> {
  try {
    const path = join(root, normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname)));
    if (path !== root && !path.startsWith(root + sep)) return undefined;
    return (await stat(path)).isDirectory() ? join(path, 'index.html') : path;
  } catch {
    return undefined;
  }
}
