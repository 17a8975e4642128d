import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../simulator/host/certificate.ts';
import { createSimulator } from '../simulator/index.ts';
import { connect } from './socket-device.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

function hasNamespaces(): boolean {
  try {
    execFileSync('ip', ['netns', 'add', 'drisc-probe'], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'del', 'drisc-probe'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

/** Starts the command as a user does, and gives what its first line says. */
async function serve(...args: string[]): Promise<any> {
  const child = spawn(process.execPath, [
    'dist/cli/main.js',
    'serve',
    '--no-config',
    '--port',
    '0',
    '--json',
    ...args,
  ]);
  endings.push(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line);
}

describe('--tls', () => {
  it('is trusted by whoever trusts its certificate, over https and wss, and by nobody else', async () => {
    const tls = await createCertificate(['localhost', '127.0.0.1'], Date.now());
    const simulator = createSimulator();
    endings.push(() => simulator.close());
    await simulator.listen({ tls });
    expect(simulator.url).toMatch(/^https:/);
    const { endpoint } = (await (
      await simulator.fetch(
        new Request(`${simulator.url}/sessions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await simulator.token({ customerId: 1 })}` },
          body: '{"tag":"live"}',
        }),
      )
    ).json()) as { endpoint: string };
    expect(endpoint).toMatch(/^wss:/);
    const device = await connect(endpoint, { ca: tls.cert });
    device.send('REQUESTED');
    expect(await device.next()).toEqual({ action: 'OK' });
    await expect(connect(endpoint)).rejects.toThrow(/self-signed/);
  });

  it.skipIf(!CHROMIUM)(
    'serves a page of another origin in a browser, answers and errors alike',
    { timeout: 60_000 },
    async () => {
      const { url, tokens } = await serve('--tls');
      const page = createServer((_, answer) =>
        answer.setHeader('content-type', 'text/html').end('<!doctype html>'),
      );
      await new Promise<void>((resolve) => void page.listen(0, '127.0.0.1', resolve));
      endings.push(() => page.close());
      const browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
      endings.push(() => browser.close());
      const tab = await browser.newPage({ ignoreHTTPSErrors: true });
      await tab.goto(`http://127.0.0.1:${(page.address() as AddressInfo).port}/`);
      const seen = await tab.evaluate(
        async ({ url, token }) => {
          const post = (bearer: string) =>
            fetch(`${url}/sessions`, {
              method: 'POST',
              headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
              body: '{"tag":"live"}',
            });
          const refused = await post('no token');
          const { endpoint } = await (await post(token)).json();
          const heard = await new Promise((resolve) => {
            const socket = new WebSocket(endpoint);
            socket.addEventListener('open', () => socket.send('{"action":"REQUESTED"}'));
            socket.addEventListener('message', ({ data }) => resolve(data));
            socket.addEventListener('close', ({ code }) => resolve(code));
          });
          return {
            refused: refused.status,
            code: (await refused.json()).code,
            scheme: endpoint.split(':')[0],
            heard,
          };
        },
        { url, token: tokens[0].token },
      );
      expect(seen).toEqual({ refused: 401, code: 'Unauthorized', scheme: 'wss', heard: '{"action":"OK"}' });
    },
  );
});

describe('--lan', () => {
  it.skipIf(!hasNamespaces())(
    'reaches a client in another network namespace, whose endpoint bears the address that it used',
    { timeout: 60_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'drisc-lan-'));
      endings.push(() => rmSync(folder, { recursive: true }));
      ip('netns', 'add', 'drisc-tv');
      endings.push(() => ip('netns', 'del', 'drisc-tv'));
      ip('link', 'add', 'drisc-host', 'type', 'veth', 'peer', 'name', 'drisc-tv0', 'netns', 'drisc-tv');
      endings.push(() => ip('link', 'del', 'drisc-host'));
      ip('addr', 'add', '10.231.77.1/30', 'dev', 'drisc-host');
      ip('link', 'set', 'drisc-host', 'up');
      ip('-n', 'drisc-tv', 'addr', 'add', '10.231.77.2/30', 'dev', 'drisc-tv0');
      ip('-n', 'drisc-tv', 'link', 'set', 'drisc-tv0', 'up');

      const tls = await createCertificate(['10.231.77.1'], Date.now());
      const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      writeFileSync(cert, tls.cert);
      writeFileSync(key, tls.key);
      const ready = await serve('--lan', '--tls-cert', cert, '--tls-key', key);
      const url = ready.lanUrls.find((address: string) => address.includes('10.231.77.1'));
      const heard = execFileSync(
        'ip',
        [
          'netns',
          'exec',
          'drisc-tv',
          process.execPath,
          'test/namespace-client.js',
          url,
          ready.tokens[0].token,
          cert,
        ],
        { encoding: 'utf8' },
      );
      expect(JSON.parse(heard)).toEqual({
        host: new URL(url).host,
        protocol: 'wss:',
        heard: '{"action":"OK"}',
      });
    },
  );

  it('shows the address as a QR code to people', async () => {
    const { formatReady } = await import('../cli/serve-ready.ts');
    const ready = {
      url: 'http://127.0.0.1:4010',
      lanUrls: ['http://192.0.2.2:4010'],
      publisherId: 'p',
      offers: [],
      tokens: [],
      controlToken: 't',
      inspector: 'http://127.0.0.1:4010/_drisc/#token=t',
      clock: 'real' as const,
    };
    expect(formatReady(ready)).toMatch(/192\.0\.2\.2:4010[\s\S]*[█▀▄]{5}/);
    expect(formatReady({ ...ready, lanUrls: [] })).not.toMatch(/[█▀▄]/);
  });
});
