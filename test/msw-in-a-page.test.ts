import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { CHROMIUM } from './chromium.ts';

/** What an app's developer writes to have the simulator in a page, as docs/msw.md says it. */
const APP = `
import { createSimulator } from 'drisckit';
import { createMswHandlers } from 'drisckit/msw';
import { setupWorker } from 'msw/browser';

const simulator = createSimulator({ offers: [{ id: 'S1_US', limit: 1 }] });
const worker = setupWorker(...createMswHandlers(simulator, { baseUrl: 'https://drisc.example.com' }));
await worker.start({ quiet: true });
const heard = [];
const ask = async (path, body) => {
  const headers = { authorization: 'Bearer ' + (await simulator.token({ customerId: '1001' })) };
  const answer = await fetch('https://drisc.example.com' + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, ...(await answer.json()) };
};
const next = (socket) => new Promise((resolve) => {
  socket.addEventListener('message', ({ data }) => resolve(JSON.parse(data)), { once: true });
});
const granted = await ask('/sessions', { sessionName: 'Sofa', offerId: 'S1_US' });
if (!granted.endpoint) throw new Error(JSON.stringify(granted));
const socket = new WebSocket(granted.endpoint);
await new Promise((resolve) => socket.addEventListener('open', resolve));
const answer = next(socket);
socket.send('{"action":"REQUESTED"}');
heard.push(await answer);
const ping = next(socket);
const refused = await ask('/sessions', { sessionName: 'Kitchen', offerId: 'S1_US' });
heard.push(refused.status, refused.details.activeSessions[0].name, await ping);
const gone = new Promise((resolve) => socket.addEventListener('close', resolve));
const told = next(socket);
const { sessionId } = refused.details.activeSessions[0];
await ask('/takeover', { sessionName: 'Kitchen', offerId: 'S1_US', sessionId });
heard.push(await told, (await gone).code);
heard.push(await simulator.listen().catch(({ code }) => code));
window.heard = heard;
`;

/** Bundles a page's script as an app's own tool does: for browsers, with the package as it is published. */
async function bundle(text: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    // The package as others have it, not its sources.
    tsconfigRaw: {},
  });
  return outputFiles[0]!.text;
}

describe.runIf(CHROMIUM)('the simulator behind MSW in a page', () => {
  it('serves sessions, PING and a takeover to the page itself, and cannot listen', async () => {
    const require = createRequire(import.meta.url);
    const files = new Map([
      ['/', ['text/html', '<!doctype html><title>app</title><script type="module" src="/app.js"></script>']],
      ['/app.js', ['text/javascript', await bundle(APP)]],
      [
        '/mockServiceWorker.js',
        ['text/javascript', await readFile(require.resolve('msw/mockServiceWorker.js'), 'utf8')],
      ],
    ]);
    const server = createServer((request, response) => {
      const [type = '', text = ''] = files.get(request.url ?? '') ?? [];
      response.writeHead(type === '' ? 404 : 200, { 'content-type': type }).end(text);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
    try {
      const page = await browser.newPage();
      const trouble: string[] = [];
      page.on('pageerror', (error) => trouble.push(error.stack ?? error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await expect
        .poll(
          async () =>
            trouble[0] ?? (await page.evaluate(() => (window as unknown as { heard: unknown }).heard)),
        )
        .toEqual([
          { action: 'OK' },
          403,
          'Sofa',
          { action: 'PING' },
          { action: 'TAKE_OVER', sessionName: 'Kitchen' },
          1000,
          'AddressNotAvailable',
        ]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
