import { existsSync, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import type { Browser, BrowserContextOptions, Locator, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../protocol/settings.ts';
import { createVirtualClock } from '../simulator/clock.ts';
import { createInspectorPage } from '../simulator/control/inspector-page.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator, SimulatorOptions } from '../simulator/index.ts';
import { createScenarioCollection } from '../scenarios/collection.ts';
import { createScenarioSwitch } from '../scenarios/live/scenario-switch.ts';
import { parseScenario } from '../scenarios/format/parse-scenario.ts';
import { connect, create, post, request } from './socket-device.ts';
import { axeViolations } from './axe-violations.ts';

/** Debian's; elsewhere what `playwright install chromium` brought. */
const executablePath = ['/usr/bin/chromium', chromium.executablePath()].find((path) => existsSync(path));
const HOSTILE = `"TV"\n</script><img src=x onerror=alert(1)> ]]> 🎬`;

const collection = createScenarioCollection();

function entries(page: Page): Locator {
  return page.getByRole('listbox').getByRole('option');
}

/** Milliseconds for a letter typed into the search to be drawn, and for a jump through the list; the median of nine. */
async function measure(page: Page): Promise<{ typing: number; scrolling: number }> {
  return page.evaluate(async () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const median = async (act: (turn: number) => void): Promise<number> => {
      const taken: number[] = [];
      for (let turn = 0; turn < 9; turn += 1) {
        await drawn();
        const from = performance.now();
        act(turn);
        await drawn();
        taken.push(performance.now() - from);
      }
      return taken.sort((a, b) => a - b)[4]!;
    };
    const search = document.querySelector<HTMLInputElement>('input[type=search]')!;
    const list = document.querySelector('[role=listbox]')!;
    return {
      scrolling: await median((turn) => (list.scrollTop = turn % 2 ? 0 : list.scrollHeight)),
      typing: await median((turn) => {
        search.value = turn % 2 ? '' : 'ok';
        search.dispatchEvent(new InputEvent('input', { bubbles: true }));
      }),
    };
  });
}

describe.skipIf(executablePath === undefined)('the inspector in Chromium', () => {
  let browser: Browser;
  const toClose: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ ...(executablePath && { executablePath }), chromiumSandbox: false });
  });
  afterEach(async () => {
    for (const one of toClose.splice(0).toReversed()) await one.close();
  });
  afterAll(() => browser.close());

  async function start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = createSimulator({
      offers: [{ id: 'S1', tags: ['live'], limit: 2 }],
      control: { token: 'secret-of-the-test' },
      scenarios: (made) => createScenarioSwitch(made, collection),
      ...options,
    });
    toClose.push(simulator);
    await simulator.listen();
    return simulator;
  }

  /** Opens the page as its printed address does; `trouble` has what no page should cause. */
  async function open(
    simulator: Simulator,
    { token = 'secret-of-the-test', ...options }: BrowserContextOptions & { token?: string } = {},
  ): Promise<{ page: Page; trouble: string[] }> {
    const context = await browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    toClose.push(context);
    const page = await context.newPage();
    // A bound on what hangs, not a claim about speed.
    page.setDefaultTimeout(30_000);
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => trouble.push(dialog.message())));
    page.on('request', (sent) => {
      if (!/^(data|blob):/.test(sent.url()) && !sent.url().startsWith(simulator.url))
        trouble.push(sent.url());
      if (sent.url().includes('secret-of-the-test')) trouble.push(`token in ${sent.url()}`);
    });
    await page.goto(`${simulator.url}/_drisc/${token === '' ? '' : `#token=${encodeURIComponent(token)}`}`);
    return { page, trouble };
  }

  it('takes a session over so that its real client hears it', async () => {
    const simulator = await start();
    const device = await request(simulator, 'Sofa');
    expect(await device.next()).toEqual({ action: 'OK' });
    const { page, trouble } = await open(simulator);
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('button', { name: 'Take over', exact: true }).click();
    expect(await device.next()).toEqual({ action: 'TAKE_OVER', sessionName: 'Another device' });
    expect(await device.closed).toBe(1000);
    await entries(page).filter({ hasText: 'Sofa from the server: TAKE_OVER' }).waitFor();
    await page.locator('.session').filter({ hasText: 'Another device' }).waitFor();
    expect(trouble).toEqual([]);
  });

  it('does what the control API offers, each thing by a button', async () => {
    const simulator = await start({ clock: createVirtualClock(1_700_000_000_000) });
    const device = await request(simulator, 'Sofa');
    const { page, trouble } = await open(simulator);
    const press = (name: string, scope = '') =>
      page
        .locator(scope === '' ? 'body' : scope)
        .getByRole('button', { name, exact: true })
        .first()
        .click();
    expect(await device.next()).toEqual({ action: 'OK' });
    await press('PING');
    expect(await device.next()).toEqual({ action: 'PING' });
    await press('Next timer');
    expect(await device.closed).toBe(1008);
    await entries(page).filter({ hasText: 'missed-pong' }).first().waitFor();

    await page.getByLabel('Name', { exact: true }).fill('Bed');
    await page.getByLabel('Behaviour').selectOption('mute');
    await press('Add device');
    await page.locator('.session').filter({ hasText: 'mute ghost' }).waitFor();
    await page.getByLabel('More for Bed').click();
    await press('Lose connection');
    await page.locator('.session').filter({ hasText: 'lost' }).waitFor();
    await press('Finish');
    await expect.poll(() => simulator.ghosts().length).toBe(0);
    // It could not send FINISHED any more: its record is still there.
    await press('Expire');
    await expect.poll(async () => (await simulator.sessions.list()).length).toBe(0);

    await page.getByRole('switch', { name: 'Takeover of publisher 1000' }).click();
    await page.getByRole('switch', { name: 'DRISC of publisher 1000' }).click();
    await expect
      .poll(() => simulator.directory.publishers()[0])
      .toMatchObject({ enabled: false, takeover: false });
    await page.getByRole('switch', { name: 'DRISC of publisher 1000' }).click();
    await press('Raise the limit of S1');
    await expect.poll(() => simulator.directory.offers()[0]?.limit).toBe(3);

    await page.getByLabel('Kind of fault').selectOption('http-error');
    await page.getByLabel('status', { exact: true }).fill('429');
    await press('Add fault');
    await page.locator('.fault').filter({ hasText: 'http-error' }).waitFor();
    expect((await post(simulator, '/sessions', { offerId: 'S1' })).status).toBe(429);
    await press('Clear all');
    await expect.poll(() => simulator.faults.status()).toEqual([]);
    await request(simulator, 'Last');
    await press('Reset');
    await expect.poll(async () => (await simulator.sessions.list()).length).toBe(0);
    expect(trouble).toEqual([]);
  });

  it('closes and cuts a connection, and sends it any frame', async () => {
    const simulator = await start();
    const device = await request(simulator, 'Sofa');
    expect(await device.next()).toEqual({ action: 'OK' });
    const { page } = await open(simulator);
    await page.getByLabel('More for Sofa').click();
    await page.getByLabel('Frame', { exact: true }).fill('no JSON 🎬');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    expect(await device.next()).toBe('no JSON 🎬');
    await page.getByLabel('Code', { exact: true }).fill('4321');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    expect(await device.closed).toBe(4321);
    const back = await connect(device.endpoint);
    back.send('REQUESTED');
    expect(await back.next()).toEqual({ action: 'OK' });
    await page.getByRole('button', { name: 'Cut the connection' }).click();
    expect(await back.closed).toBe(1006);
  });

  it('puts a customer into a scenario, says what to do, and shows where the app fails', async () => {
    const simulator = await start();
    const { page, trouble } = await open(simulator);
    await page.getByLabel('For customer').fill('c1');
    await page.getByLabel('Find a scenario').fill('takeover basics');
    await expect.poll(() => page.locator('.scenarios li').count()).toBeLessThan(10);
    await page.getByRole('button', { name: 'Switch on takeover', exact: true }).click();
    const play = page.getByRole('article', { name: 'takeover for c1' });
    await play.getByText('press play', { exact: true }).waitFor();
    const device = await request(simulator, 'Sofa', { customerId: 'c1' });
    expect(await device.next()).toEqual({ action: 'OK' });
    expect(await device.next()).toMatchObject({ action: 'TAKE_OVER' });
    await play.getByText('passed', { exact: true }).waitFor();
    await play.getByRole('button', { name: 'Dismiss takeover' }).click();
    await play.waitFor({ state: 'detached' });

    await page.getByLabel('Find a scenario').fill('finished-then');
    await page.getByRole('button', { name: 'Switch on finished-then-restarted' }).click();
    const failing = page.getByRole('article', { name: 'finished-then-restarted for c1' });
    await failing.getByText('press play', { exact: true }).waitFor();
    const other = await connect(await create(simulator, 'Sofa', { customerId: 'c1' }));
    await failing.getByText('app: sends REQUESTED, within 5s').waitFor();
    await failing.getByText('failed', { exact: true }).waitFor();
    other.socket.close();
    await page.getByLabel('Find a scenario').fill('deploy-sessions-kept');
    await page.getByText('it takes the whole server down').waitFor();
    expect(await page.getByRole('button', { name: 'Switch on deploy-sessions-kept' }).count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it('shows the rules that an entry bears on, with level and sentence, and what was lost', async () => {
    const simulator = await start();
    simulator.faults.add({ kind: 'lose-frame', action: 'OK', times: 1 });
    await (await request(simulator, 'Sofa')).roundTrip();
    const { page, trouble } = await open(simulator);
    await entries(page).filter({ hasText: 'lost' }).locator('.content').click();
    const detail = page.getByRole('complementary');
    await detail.getByText('lost on its way').waitFor();
    await detail.getByRole('button', { name: 'Rules', exact: true }).click();
    const rule = detail.getByRole('listitem').filter({ hasText: 'server/connection/ok-upon-requested' });
    expect(await rule.locator('.level').textContent()).toBe('MUST');
    await rule.locator('summary').click();
    await rule.getByText('PROTOCOL.md', { exact: false }).waitFor();
    expect(trouble).toEqual([]);
  });

  it('has a field for every setting, with its unit and its default, and refuses what is out of range', async () => {
    const simulator = await start();
    const { page } = await open(simulator);
    await page.getByRole('heading', { name: 'Settings' }).click();
    for (const [name, { default: fallback }] of Object.entries(SETTINGS)) {
      const field = page.locator(`#setting-${name}`);
      expect(await field.inputValue()).toBe(String(fallback));
      await page
        .locator('.setting')
        .filter({ has: field })
        .getByText(`Default: ${String(fallback)}.`)
        .waitFor();
    }
    await page.getByLabel('pongTimeout in ms').fill('700');
    await page.keyboard.press('Tab');
    await expect.poll(() => simulator.settings.pongTimeout).toBe(700);
    await page.getByLabel('pingOnRefusedCreate').selectOption('false');
    await expect.poll(() => simulator.settings.pingOnRefusedCreate).toBe(false);
    await page.getByText('2 changed').waitFor();
    await page.getByLabel('limitStatus in HTTP status').fill('200');
    await page.keyboard.press('Tab');
    await page.getByRole('status').filter({ hasText: 'expected number to be >=400' }).waitFor();
    expect(simulator.settings.limitStatus).toBe(403);
  });

  it('filters by customer, kind and text', async () => {
    const simulator = await start();
    await (await request(simulator, 'One', { customerId: 'c1' })).next();
    await (await request(simulator, 'Two', { customerId: 'c2' })).next();
    const { page } = await open(simulator);
    await expect.poll(() => entries(page).count()).toBe(10);
    await page.getByRole('search').getByLabel('Customer').selectOption('c2');
    expect(await entries(page).count()).toBe(5);
    await page.getByRole('button', { name: 'HTTP', exact: true }).click();
    expect(await entries(page).count()).toBe(3);
    await page.keyboard.press('/');
    await page.keyboard.type('two "ok"');
    await expect.poll(() => entries(page).allInnerTexts()).toHaveLength(1);
    expect(await entries(page).textContent()).toContain('Two from the server: OK');
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such thing');
    await page.getByText('No entry matches the filter.').waitFor();
  });

  it('is used by the keyboard: an entry is chosen, opened down to its bytes, and left', async () => {
    const simulator = await start();
    await (await request(simulator, 'Sofa')).next();
    const { page } = await open(simulator);
    await expect.poll(() => entries(page).count()).toBe(5);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    const detail = page.getByRole('complementary');
    await detail.getByText('Sofa OK').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await detail.locator('pre').textContent()).toBe(
      '000000  7b 22 61 63 74 69 6f 6e 22 3a 22 4f 4b 22 7d     {"action":"OK"}',
    );
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    expect(await page.getByRole('listbox').evaluate((list) => list === document.activeElement)).toBe(true);
  });

  it('copies what happened as curl, wscat and a scenario that drisc accepts, and exports HAR', async () => {
    const simulator = await start({ offers: [{ id: 'S1', limit: 1 }] });
    const victim = await request(simulator, 'Sofa');
    expect(await victim.next()).toEqual({ action: 'OK' });
    expect((await post(simulator, '/sessions', { sessionName: HOSTILE, offerId: 'S1' })).status).toBe(403);
    const { page, trouble } = await open(simulator);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const copy = async (entry: string, as: string): Promise<string> => {
      await entries(page).filter({ hasText: entry }).first().locator('.content').click();
      await page.getByRole('button', { name: `Copy as ${as}` }).click();
      await page.getByText(`Copied as ${as}`).waitFor();
      return clipboard();
    };
    await page.getByRole('button', { name: 'Take over', exact: true }).click();
    await entries(page).filter({ hasText: 'TAKE_OVER' }).first().waitFor();
    const curl = await copy('Sofa to the server: POST /sessions', 'curl');
    expect(curl).toMatch(
      /^curl -i -X POST 'http:\/\/127\.0\.0\.1:\d+\/sessions' \\\n {2}-H 'Authorization: Bearer eyJ/,
    );
    expect(await copy('Sofa to the server: REQUESTED', 'wscat')).toContain('npx wscat -c "$endpoint"');
    const scenario = await copy('Sofa to the server: REQUESTED', 'scenario');
    const parsed = parseScenario(scenario, 'copied.scenario.yaml');
    expect(scenario).toContain('  - app: receives TAKE_OVER');
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export HAR' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('drisc.har');
    const har = JSON.parse(readFileSync(await download.path(), 'utf8')) as { log: { entries: unknown[] } };
    expect(har.log.entries).toHaveLength(3);
    expect(trouble).toEqual([]);
  });

  it('asks for the token where it has none or a wrong one, and needs none where this machine may come in', async () => {
    const simulator = await start();
    const { page } = await open(simulator, { token: '' });
    await page.getByText('asks for its control token').waitFor();
    await page.getByLabel('Control token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('does not accept this control token').waitFor();
    await page.getByLabel('Control token').fill('secret-of-the-test');
    await page.keyboard.press('Enter');
    await page.locator('.feed.live').waitFor();
    await page.reload();
    await page.locator('.feed.live').waitFor();

    const lenient = await start({ control: { openToLoopback: true } });
    const { page: other } = await open(lenient, { token: '' });
    await other.locator('.feed.live').waitFor();
    await other.getByRole('button', { name: 'Raise the limit of S1' }).click();
    await expect.poll(() => lenient.directory.offers()[0]?.limit).toBe(3);
  });

  it('judges no token before the simulator has answered, and keeps the form in its place meanwhile', async () => {
    const simulator = await start();
    const { page } = await open(simulator, { token: '' });
    await page.getByText('asks for its control token').waitFor();
    const answers: (() => void)[] = [];
    await page.route('**/_drisc/journal?*', async (route) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      await route.continue();
    });
    const token = page.getByLabel('Control token');
    await token.fill('wrong');
    await token.press('Enter');
    await page.getByText('is asked').waitFor();
    expect(await page.getByText('does not accept').count()).toBe(0);
    await token.fill('secret-of-the-test');
    await expect.poll(() => answers.length).toBe(1);
    answers[0]!();
    await page.getByText('does not accept this control token').waitFor();
    expect(await token.inputValue()).toBe('secret-of-the-test');
    await token.press('Enter');
    await expect.poll(() => answers.length).toBe(2);
    answers[1]!();
    await page.locator('.feed.live').waitFor();
  });

  it('keeps an address with a name of its own out, which DNS rebinding could give to any page', async () => {
    const simulator = await start({ control: { token: 'secret-of-the-test', openToLoopback: true } });
    const ask = (url: string, headers: Record<string, string> = {}) =>
      simulator.fetch(new Request(url, { headers }), '127.0.0.1');
    expect((await ask('http://127.0.0.1:4010/_drisc/pools')).status).toBe(200);
    expect((await ask('http://evil.example:4010/_drisc/pools')).status).toBe(401);
    const own = { origin: 'http://evil.example:4010' };
    expect((await ask('http://evil.example:4010/_drisc/pools', own)).status).toBe(401);
    expect((await ask('http://127.0.0.1:4010/_drisc/pools', { origin: 'http://127.0.0.1:9' })).status).toBe(
      401,
    );
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('is accessible and no wider than the window: %s, %i pixels', async (colorScheme, width) => {
    const simulator = await start({ clock: createVirtualClock(1_700_000_000_000) });
    await (await request(simulator, 'Sofa')).next();
    simulator.faults.add({ kind: 'lose-frame', action: 'OK', times: 1 });
    await (await request(simulator, HOSTILE)).roundTrip();
    const { page, trouble } = await open(simulator, { colorScheme, viewport: { width, height: 800 } });
    await post(
      simulator,
      '/sessions',
      { sessionName: 'drisc:limit-reached', offerId: 'S1' },
      { customerId: 'c3' },
    );
    for (const part of ['Timeline', 'Sessions', 'Scenarios', 'Controls']) {
      if (width < 900) await page.getByRole('navigation').getByRole('button', { name: part }).click();
      if (part === 'Timeline') {
        await entries(page).nth(3).locator('.content').click();
        await page.getByRole('complementary').waitFor();
        await page.getByRole('button', { name: 'Rules', exact: true }).click();
        await page
          .locator('.rules details')
          .first()
          .evaluate((details) => details.setAttribute('open', ''));
      }
      if (part === 'Controls')
        await page.locator('.settings').evaluate((details) => details.setAttribute('open', ''));
      if (part === 'Scenarios') await page.getByRole('article', { name: 'limit-reached for c3' }).waitFor();
      const more = page.locator('.more').first();
      if (part !== 'Timeline' && (await more.isVisible()))
        await more.evaluate((details) => details.setAttribute('open', ''));
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(trouble).toEqual([]);
  });

  /** A page with so many entries, and what it takes to search and to jump in it. */
  async function fill(many: number): Promise<{ typing: number; scrolling: number; drawn: number }> {
    const simulator = await start();
    const device = await request(simulator, 'Sofa');
    for (let index = 0; simulator.journal.last < many; index += 1) {
      device.send(index % 2 ? 'PONG' : `ODD ${index}`);
      if (index % 20 === 0) await device.roundTrip();
    }
    await device.roundTrip();
    const { page } = await open(simulator);
    await page.getByText(`of ${simulator.journal.last} entries`).waitFor();
    const drawn = await entries(page).count();
    return { ...(await measure(page)), drawn };
  }

  it('stays responsive with 5,000 entries: no slower than it is with fifty, but for a few frames', async () => {
    const few = await fill(50);
    const many = await fill(5_000);
    const show = ({ typing, scrolling, drawn }: typeof few): string =>
      `search ${typing.toFixed(1)} ms, jump ${scrolling.toFixed(1)} ms, ${drawn} rows drawn`;
    console.info(`the inspector with 50 entries: ${show(few)}; with 5,000: ${show(many)}`);
    expect(many.drawn).toBeLessThan(80);
    // A hundred times the entries. What is drawn is the same; were it not, it would take as many times longer.
    const frames = 100;
    expect(many.scrolling).toBeLessThan(few.scrolling * 10 + frames);
    expect(many.typing).toBeLessThan(few.typing * 10 + frames);
  });

  it('has no token in it, no foreign address, and a policy that allows its own script only', async () => {
    const simulator = await start();
    const answer = await fetch(`${simulator.url}/_drisc`);
    expect(answer.url).toBe(`${simulator.url}/_drisc/`);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/);
    const html = await answer.text();
    expect(html).not.toContain('secret-of-the-test');
    expect(html.match(/https?:\/\/(?!www\.w3\.org)[\w.]+/g) ?? []).toEqual([]);
  });

  it('says how to build it where it was not built', async () => {
    const answer = await createInspectorPage('simulator', ['./no-such-folder/'])();
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('npm run build');
  });
});
