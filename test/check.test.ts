import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conforming, ENDPOINT, say, writeHar, create } from '../contracts/recording/har-fixture.ts';
import { resultSchema } from '../reports/result.ts';
import type { Result } from '../reports/result.ts';
import { formatHar } from '../simulator/har.ts';
import { createSimulator } from '../simulator/index.ts';
import { request } from './socket-device.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-check-'));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

function save(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

function check(name: string): { code: number | null; out: string; err: string } {
  const run = spawnSync(
    process.execPath,
    [resolve('dist/cli/main.js'), 'check', name, '--report', `json=${name}.result`, '--quiet'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function judged(name: string): Result {
  return resultSchema.parse(JSON.parse(readFileSync(join(folder, `${name}.result`), 'utf8')));
}

function ids(result: Result, verdict: string): string[] {
  return result.rules.filter((rule) => rule.verdict === verdict).map(({ id }) => id);
}

describe('drisc check', { timeout: 60_000 }, () => {
  it('judges a HAR by its exit code', () => {
    expect(check(save('good.har', writeHar(conforming())))).toMatchObject({ code: 0, err: '' });
    const bad = writeHar([
      create(0),
      {
        socket: ENDPOINT,
        at: 40,
        messages: [
          [50, 'send', say('PONG')],
          [60, 'receive', say('OK')],
        ],
      },
    ]);
    const run = check(save('bad.har', bad));
    expect(run.code).toBe(1);
    expect(ids(judged('bad.har'), 'fail')).toEqual([
      'server/connection/no-ok-unasked',
      'client/gate/requested-first',
      'client/liveness/no-unasked-pong',
    ]);
    const none = check(save('none.har', { log: { entries: [] } }));
    expect(none).toMatchObject({ code: 3, err: expect.stringContaining('no DRISC in it') });
  });

  it('judges a folder of several devices', () => {
    mkdirSync(join(folder, 'devices'));
    save('devices/tv.har', writeHar(conforming()));
    save('devices/phone.har', writeHar(conforming(), 'ms'));
    expect(check('devices').code).toBe(0);
    expect(judged('devices').subject.facts['devices']).toBe('phone, tv');
  });

  it('judges the journal and the HAR of the simulator, which break nothing', async () => {
    const simulator = createSimulator({ offers: [{ id: 'S1', limit: 1 }] });
    await simulator.listen();
    const device = await request(simulator, 'tv');
    expect(await device.next()).toEqual({ action: 'OK' });
    await simulator.close();
    const entries = simulator.journal.entries();
    expect(
      check(save('journal.jsonl', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))).code,
    ).toBe(0);
    expect(ids(judged('journal.jsonl'), 'pass')).toEqual(
      expect.arrayContaining(['client/gate/requested-first', 'server/connection/ok-upon-requested']),
    );
    expect(check(save('simulator.har', formatHar(entries))).code).toBe(0);
  });
});

/** A HAR with one thing changed by hand. */
function edited(change: (har: any) => unknown): string {
  const har = structuredClone(writeHar(conforming()));
  return JSON.stringify(change(har) ?? har);
}

const BROKEN: Readonly<Record<string, string>> = {
  'cut off': edited(() => undefined).slice(0, 500),
  'a list': edited((har) => [har]),
  'no log': edited((har) => ({ entries: har.log.entries })),
  'entries that are no list': edited((har) => ({ log: { entries: { 0: har.log.entries[0] } } })),
  'an entry that is null': edited((har) => void (har.log.entries[1] = null)),
  'a time that is none': edited((har) => void (har.log.entries[0].startedDateTime = 'yesterday')),
  'a URL that is none': edited((har) => void (har.log.entries[0].request.url = '/sessions')),
  'a status in words': edited((har) => void (har.log.entries[0].response.status = 'OK')),
  'messages that are no list': edited((har) => void (har.log.entries[1]._webSocketMessages = 'none')),
  'a message of nobody': edited((har) => void (har.log.entries[1]._webSocketMessages[0].type = 'sent')),
  'a message at no time': edited((har) => void (har.log.entries[1]._webSocketMessages[2].time = 12.5)),
};

it('says what is wrong with a HAR that was edited by hand, and where', () => {
  const said = Object.entries(BROKEN).map(([name, text], index) => {
    const { code, out, err } = check(save(`broken-${index}.har`, text));
    expect({ name, code, out }).toEqual({ name, code: 2, out: '' });
    return `${name}: ${err}`;
  });
  expect(said.join('')).toMatchSnapshot();
}, 120_000);

/** A player in a page, whose two faults are chosen in its address. */
const PLAYER = `<!doctype html><script>
  async function play(base, token, faults) {
    const answer = await fetch(base + '/sessions', {
      method: 'POST',
      headers: { authorization: 'Bearer ' + token },
      body: JSON.stringify({ sessionName: 'Page', offerId: 'S1' }),
    });
    const { endpoint } = await answer.json();
    const socket = new WebSocket(endpoint + (faults ? '&player=2' : ''));
    await new Promise((open) => (socket.onopen = open));
    const say = (action) => socket.send(JSON.stringify({ action }));
    socket.onmessage = ({ data }) => JSON.parse(data).action === 'PING' && say('PONG');
    say('REQUESTED');
    if (faults) say('PONG');
    await new Promise((done) => setTimeout(done, 300));
    say('FINISHED');
    await new Promise((done) => setTimeout(done, 200));
  }
</script>`;

describe.runIf(CHROMIUM)('a HAR that Playwright recorded', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
  }, 60_000);
  afterAll(() => browser?.close());

  async function record(file: string, faults: boolean): Promise<void> {
    const simulator = createSimulator({ offers: [{ id: 'S1', limit: 1 }] });
    const base = await simulator.listen();
    const pages = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(PLAYER));
    await new Promise<void>((listening) => pages.listen(0, '127.0.0.1', listening));
    const context = await browser.newContext({ recordHar: { path: join(folder, file), content: 'embed' } });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(pages.address() as { port: number }).port}/`);
    const token = await simulator.token({ customerId: 'c1' });
    const play = page.evaluate(([url, jwt, wrong]) => (globalThis as any).play(url, jwt, wrong), [
      base,
      token,
      faults,
    ] as const);
    await expect
      .poll(() => simulator.journal.entries().filter(({ kind }) => kind === 'frame').length)
      .toBeGreaterThan(1);
    await play;
    await context.close();
    pages.close();
    await simulator.close();
  }

  it('of a page that does all right conforms', async () => {
    await record('page.har', false);
    expect(check('page.har').code).toBe(0);
    expect(ids(judged('page.har'), 'pass')).toEqual(
      expect.arrayContaining([
        'client/request/bearer-token',
        'client/request/endpoint-verbatim',
        'client/gate/requested-first',
        'server/create/absolute-endpoint',
        'server/connection/ok-upon-requested',
      ]),
    );
  });

  it('of a page with two faults fails by the two rules that it breaks', async () => {
    await record('faulty-page.har', true);
    expect(check('faulty-page.har').code).toBe(1);
    expect(ids(judged('faulty-page.har'), 'fail')).toEqual([
      'client/request/endpoint-verbatim',
      'client/liveness/no-unasked-pong',
    ]);
  });
});
