import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conforming, ENDPOINT, say, writeHar, create } from '../contracts/recording/har-fixture.ts';
import { serveFolder } from '../contracts/subject/page/serve-folder.ts';
import { resultSchema } from '../reports/result.ts';
import type { Result } from '../reports/result.ts';
import { formatHar } from '../simulator/har.ts';
import { createSimulator } from '../simulator/index.ts';
import { CHROMIUM } from './chromium.ts';
import { plantWebPlayer, WEB_PLAYER } from './plant-web-player.ts';
import { request } from './socket-device.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-check-'));

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

describe.runIf(CHROMIUM)('a HAR that Playwright recorded of the web player', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
  }, 60_000);
  afterAll(() => browser?.close());

  /** Plays, is asked by PING whether it lives, and stops. */
  async function record(file: string, player: string): Promise<void> {
    await using simulator = createSimulator({ offers: [{ id: 'S1', limit: 1 }] });
    const base = encodeURIComponent(await simulator.listen());
    await using site = await serveFolder(player);
    const context = await browser.newContext({ recordHar: { path: join(folder, file), content: 'embed' } });
    const page = await context.newPage();
    const token = await simulator.token({ customerId: 'c1' });
    await page.goto(`${site.url}/?base=${base}&offer=S1&name=Page#token=${token}`);
    await page.click('#play');
    const frames = (action: string): number =>
      simulator.journal.entries().filter((entry) => entry.kind === 'frame' && entry.action === action).length;
    await expect.poll(() => frames('OK')).toBe(1);
    const [session] = await simulator.sessions.list();
    await simulator.sessions.ping(session!.id);
    await expect.poll(() => frames('PONG')).toBeGreaterThan(0);
    await page.click('#stop');
    await expect.poll(() => frames('FINISHED')).toBe(1);
    await context.close();
  }

  it('of a page that does all right conforms', async () => {
    await record('page.har', WEB_PLAYER);
    expect(check('page.har').code).toBe(0);
    expect(ids(judged('page.har'), 'pass')).toEqual(
      expect.arrayContaining([
        'client/request/bearer-token',
        'client/request/endpoint-verbatim',
        'client/gate/requested-first',
        'client/liveness/answers-ping',
        'server/create/absolute-endpoint',
        'server/connection/ok-upon-requested',
      ]),
    );
  });

  it('of a page with two faults fails by the two rules that it breaks', async () => {
    const player = await plantWebPlayer(
      ['node-client/connection.js', '(input.endpoint,', '(`${input.endpoint}&player=2`,'],
      ['node-client/connection.js', "say('REQUESTED');", "say('REQUESTED');\n        say('PONG');"],
    );
    await record('faulty-page.har', player);
    expect(check('faulty-page.har').code).toBe(1);
    expect(ids(judged('faulty-page.har'), 'fail')).toEqual([
      'client/request/endpoint-verbatim',
      'client/liveness/no-unasked-pong',
    ]);
  });
});
