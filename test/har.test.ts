import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from '@playwright/test';
import { afterEach, describe, expect, it } from 'vitest';
import { createSimulator, createVirtualClock } from '../simulator/index.ts';
import type { Simulator } from '../simulator/index.ts';
import { formatHar } from '../simulator/har.ts';
import { connect, post, request } from './socket-device.ts';

const open: Simulator[] = [];
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close();
});

const require = createRequire(import.meta.url);
const manifest = require('../package.json') as { version: string };
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
ajv.addSchema(Object.values(require('har-schema') as Record<string, object>));

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

const HOSTILE = 'quotes " lines \n ]]> </script> \u0001 🎬';

/** How long it takes to write many frames, of as many connections as told, in milliseconds. */
function measureTime(connections: number): number {
  const frames = Array.from({ length: 40_000 }, (_, n) => {
    const connection = `c${n % connections}`;
    return { seq: n, at: n, kind: 'frame', connection, direction: 'in', raw: '{}', binary: false } as const;
  });
  const start = performance.now();
  formatHar(frames);
  return performance.now() - start;
}

describe('the journal as HAR 1.2', () => {
  it('says which message a fault swallowed, and which fault', async () => {
    const simulator = createSimulator({ offers: [{ id: 'S1' }] });
    open.push(simulator);
    await simulator.listen();
    simulator.faults.add({ kind: 'lose-frame', action: 'OK', times: 1 });
    await (await request(simulator, 'Sofa')).roundTrip();
    await expect.poll(() => simulator.journal.entries().at(-1)).toMatchObject({ action: 'OK', lost: true });
    const har = formatHar(simulator.journal.entries());
    const [asked, answered] = har.log.entries.at(-1)?._webSocketMessages ?? [];
    expect(asked).not.toHaveProperty('_lost');
    expect(answered).toMatchObject({ type: 'receive', _lost: true, _injected: 'lose-frame' });
  });

  it('passes the schema of HAR, with every message of a WebSocket as the client saw it, and no token', async () => {
    const clock = createVirtualClock();
    const simulator = createSimulator({ clock, offers: [{ id: 'S1', limit: 1 }] });
    open.push(simulator);
    await simulator.listen();
    simulator.faults.add({ kind: 'http-error', times: 1, scope: { customerId: 'c2' } });
    simulator.faults.add({ kind: 'send-frame', base64: 'AAEC' });
    const device = await request(simulator, HOSTILE);
    expect(await device.next()).toEqual({ action: 'OK' });
    await device.next();
    await post(simulator, '/sessions', { offerId: 'S1', sessionName: HOSTILE });
    await post(simulator, '/sessions', { offerId: 'S1' }, { customerId: 'c2' });
    await clock.advance(5_000);
    await device.closed;

    const har = JSON.parse(JSON.stringify(formatHar(simulator.journal.entries())));
    const validate = ajv.getSchema('har.json#') ?? ajv.getSchema('har.json')!;
    void validate(har);
    expect(validate.errors ?? []).toEqual([]);
    const [socket] = har.log.entries.filter(({ _resourceType }: any) => _resourceType === 'websocket');
    expect(socket.request.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/connect\?token=(%E2%80%A2){3}$/);
    expect(socket._webSocketMessages.map(({ type, opcode, data }: any) => [type, opcode, data])).toEqual([
      ['send', 1, '{"action":"REQUESTED"}'],
      ['receive', 1, '{"action":"OK"}'],
      ['receive', 2, 'AAEC'],
      ['receive', 1, '{"action":"PING"}'],
    ]);
    expect(har.log.entries.map(({ response, comment }: any) => [response.status, comment])).toEqual([
      [200, undefined],
      [101, undefined],
      [403, undefined],
      [503, 'injected: http-error'],
    ]);
    expect(JSON.stringify(har)).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
  });

  it('has the WebSockets that were refused, with their status, and names what wrote it', async () => {
    const simulator = createSimulator({ offers: [{ id: 'S1' }] });
    open.push(simulator);
    await simulator.listen();
    await expect(connect(`${simulator.url}/connect?token=x`)).rejects.toThrow('401');
    await simulator.upgrade({ url: 'http://[ \ud800' });
    const har = JSON.parse(JSON.stringify(formatHar(simulator.journal.entries())));
    expect(har.log.creator).toEqual({ name: 'drisckit', version: manifest.version });
    expect(har.log.entries).toMatchObject([
      {
        request: { method: 'GET', url: expect.stringMatching(/^ws:\/\/localhost\/connect\?token=/) },
        response: { status: 401, content: { text: expect.stringContaining('token') } },
        _resourceType: 'websocket',
      },
      { request: { url: 'ws://localhost/?url=http%3A%2F%2F%5B+%EF%BF%BD' }, response: { status: 404 } },
    ]);
    const validate = ajv.getSchema('har.json#') ?? ajv.getSchema('har.json')!;
    void validate(har);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is written whatever a client said where a host or a path should be', () => {
    const at = 0;
    const har = formatHar([
      { seq: 1, at, kind: 'open', connection: 'a', url: '/connect', headers: { host: '[' } },
      {
        seq: 2,
        at,
        kind: 'request',
        exchange: 'x',
        method: 'OPTIONS',
        url: 'http://a:80*',
        headers: {},
        body: '',
      },
    ]);
    expect(har.log.entries.map(({ request }) => request['url'])).toEqual([
      'ws://localhost/connect',
      'http://localhost/?url=http%3A%2F%2Fa%3A80*',
    ]);
  });

  it('takes no more time for frames of one connection than for those of many', () => {
    measureTime(4_000);
    expect(measureTime(1) / measureTime(4_000)).toBeLessThan(10);
  });

  it.skipIf(!CHROMIUM)(
    'is read by the importer of Chromium’s own network panel',
    { timeout: 60_000 },
    async () => {
      const simulator = createSimulator({ offers: [{ id: 'S1', limit: 1 }] });
      open.push(simulator);
      await simulator.listen();
      const device = await request(simulator, HOSTILE);
      expect(await device.next()).toEqual({ action: 'OK' });
      const browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
      try {
        const page = await browser.newPage();
        await page.goto('devtools://devtools/bundled/devtools_app.html');
        const har = JSON.stringify(formatHar(simulator.journal.entries()));
        // As a text: the test runner rewrites dynamic imports in its own modules.
        const read = await page.evaluate(`(async (text) => {
        const { HARFormat, Importer } = await import('./models/har/har.js');
        const requests = Importer.Importer.requestsFromHARLog(new HARFormat.HARRoot(JSON.parse(text)).log);
        return requests.map((one) => [
          one.resourceType().name(),
          one.statusCode,
          one.frames().map(({ type, text }) => [type, text]),
        ]);
      })(${JSON.stringify(har)})`);
        expect(read).toEqual([
          ['fetch', 200, []],
          [
            'websocket',
            101,
            [
              ['send', '{"action":"REQUESTED"}'],
              ['receive', '{"action":"OK"}'],
            ],
          ],
        ]);
      } finally {
        await browser.close();
      }
    },
  );

  it('does not pass the schema when an entry lacks its request, so that the schema is known to look', () => {
    const validate = ajv.getSchema('har.json#') ?? ajv.getSchema('har.json')!;
    const log = { version: '1.2', creator: { name: 'x', version: '1' }, entries: [{ time: 1 }] };
    expect(validate({ log })).toBe(false);
  });
});
