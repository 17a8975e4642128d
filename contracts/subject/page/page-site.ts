import type { Browser, Page } from '@playwright/test';
import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { mintCustomerToken } from '../../../protocol/tokens.ts';
import type { Sight } from '../../client/monitor.ts';
import { SubjectError } from '../subject-error.ts';
import { interceptHost } from './intercept-host.ts';
import { locatePage } from './locate-page.ts';
import { openBrowser } from './open-browser.ts';
import { openPage } from './open-page.ts';
import { parseOrigin } from './origin.ts';
import { fillAddress } from './page-address.ts';
import { CONTROLS, resolveSelectors } from './page-driver.ts';
import type { PageDriver } from './page-driver.ts';

/** Which page is put to the test, and how it is come by. */
export interface PageOptions {
  /** A URL, a folder or an HTML file, with placeholders for what is to be played (docs/attach-a-client.md). */
  page: string;
  driver?: PageDriver | undefined;
  /** `chromium` (the default), `firefox`, `webkit`, or the path of a Chromium. */
  browser?: string | undefined;
  /** The origin whose requests are led to the simulator, such as `https://drisc.example.com`. */
  intercept?: string | undefined;
}

/** A page under test in its browser, as it is the same for every case. */
export interface PageSite extends AsyncDisposable {
  readonly name: string;
  readonly browser: Browser;
  readonly driver: PageDriver;
  readonly origin?: URL | undefined;
  /** Where the page is that plays this. */
  address(request: StartCommand): string;
  /** Whether it starts when it is opened, since there is nothing to press. */
  readonly startsByItself: boolean;
  /** Whether its user can stop it. */
  readonly driven: boolean;
  readonly sights: ReadonlySet<Sight>;
}

/**
 * Starts the browser, opens the page once and looks what can be done with it.
 * @throws {SubjectError} `NoBrowser`, `NoPage`, `BadDriver` @throws {TypeError} when `intercept` is no origin.
 */
export async function openPageSite(options: PageOptions): Promise<PageSite> {
  const { page, driver = {}, browser: engine = 'chromium' } = options;
  const origin = options.intercept === undefined ? undefined : parseOrigin(options.intercept);
  const located = await locatePage(page);
  const browser = await openBrowser(engine).catch(async (error: unknown) => {
    await located[Symbol.asyncDispose]();
    throw error;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await located[Symbol.asyncDispose]();
  };
  const address = (request: StartCommand): string => {
    const url = fillAddress(located.url, request);
    return driver.address === undefined ? url : new URL(fillAddress(driver.address, request), url).href;
  };
  try {
    const looks = await lookAt(browser, driver, address, origin);
    return { name: page, browser, driver, origin, address, ...looks, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing listens there: a page that starts by itself finds no server at first sight. */
const NOWHERE = 9;

/** How long a page may take to draw what can be pressed, in milliseconds. */
const DRAWN_WITHIN = 3_000;

type Looks = Pick<PageSite, 'startsByItself' | 'driven' | 'sights'>;

async function lookAt(
  browser: Browser,
  driver: PageDriver,
  address: PageSite['address'],
  origin: URL | undefined,
): Promise<Looks> {
  const proxy = origin && (await interceptHost(origin, NOWHERE));
  const context = await browser.newContext(
    proxy ? { proxy: { server: proxy.url }, ignoreHTTPSErrors: true } : {},
  );
  try {
    const page = await context.newPage();
    const baseUrl = origin?.origin ?? `http://127.0.0.1:${NOWHERE}`;
    const who = { customerId: 'first-sight', publisherId: 'first-sight' };
    const token = await mintCustomerToken({ secret: 'of nobody', ...who, now: Date.now() });
    const request: StartCommand = {
      do: 'start',
      baseUrl,
      token,
      offerId: 'first-sight',
      sessionName: 'drisc',
    };
    await openPage(page, address(request));
    return await findControls(page, driver);
  } finally {
    await context.close();
    await proxy?.close();
  }
}

async function findControls(page: Page, driver: PageDriver): Promise<Looks> {
  const start = page.locator(typeof driver.start === 'string' ? driver.start : CONTROLS.start);
  const isDrawn = await start
    .locator('visible=true')
    .first()
    .waitFor({ timeout: DRAWN_WITHIN })
    .then(() => true)
    .catch(() => false);
  if (typeof driver.start === 'string' && !isDrawn) {
    throw new SubjectError(
      'BadDriver',
      `the page shows nothing to start with: no visible element fits ${JSON.stringify(driver.start)}, ${DRAWN_WITHIN} ms after it was loaded`,
    );
  }
  const selectors = resolveSelectors(driver);
  const has = async (given: unknown, selector: string): Promise<boolean> =>
    given !== undefined || (await page.locator(selector).count()) > 0;
  const sights = new Set<Sight>(['playback', 'page']);
  if (await has(driver.limit, selectors.limit)) sights.add('limit');
  if (await has(driver.takenOver, selectors.takenOver)) sights.add('taken-over');
  const startsByItself = driver.start === undefined && !isDrawn;
  const driven = await has(driver.stop, CONTROLS.stop);
  // A page that plays when it is opened may take its time to load before it does anything.
  if (driven && !startsByItself) sights.add('press');
  return { startsByItself, driven, sights };
}
