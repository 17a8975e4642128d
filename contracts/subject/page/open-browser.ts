import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserType } from '@playwright/test';
import { SubjectError } from '../subject-error.ts';

const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
type Engine = (typeof ENGINES)[number];

/** Packages that have Playwright's library in them, the one that this project is tried with first. */
const PACKAGES = ['@playwright/test', 'playwright', 'playwright-core'];

/** Where a distribution puts its own Chromium. */
const SYSTEM_CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * What a viewer's device or the harness's own place would otherwise decide: playback waits for no gesture, since a reload
 * takes the gesture away, and a page of the internet may call the simulator on loopback.
 */
const CHROMIUM_FLAGS = [
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
];

/**
 * Starts a browser without a window.
 * @param browser an engine, or the path of a Chromium; `chromium` is Playwright's own, or else the system's.
 * @throws {SubjectError} `NoBrowser` says what to install.
 */
export async function openBrowser(browser: string): Promise<Browser> {
  const engine = (ENGINES as readonly string[]).includes(browser) ? (browser as Engine) : 'chromium';
  const type = (await loadPlaywright())[engine];
  const executablePath = findExecutable(browser, engine, type);
  try {
    return await type.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Playwright would end this process, and with it the report. A browser goes when its pipe closes.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...(engine === 'chromium' ? { args: CHROMIUM_FLAGS } : {}),
    });
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw new SubjectError(
      'NoBrowser',
      `${browser} does not start: ${reason}\nInstall it with "npx playwright install ${engine}", or name one that is there: --browser /path/to/chromium`,
      { cause },
    );
  }
}

function findExecutable(browser: string, engine: Engine, type: BrowserType): string | undefined {
  if (browser !== engine) return browser;
  if (engine !== 'chromium' || existsSync(type.executablePath())) return undefined;
  return SYSTEM_CHROMIUM.find((path) => existsSync(path));
}

/** Takes Playwright from the project that is worked in, or else from beside drisckit; it is loaded by nothing else. */
async function loadPlaywright(): Promise<Record<Engine, BrowserType>> {
  const places = [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url];
  for (const place of places) {
    const { resolve } = createRequire(place);
    for (const name of PACKAGES) {
      const path = attempt(() => resolve(name));
      if (path === undefined) continue;
      const module = (await import(pathToFileURL(path).href)) as PlaywrightModule;
      return 'chromium' in module ? module : module.default;
    }
  }
  throw new SubjectError(
    'NoBrowser',
    'judging a page takes Playwright, which is not installed here: npm install --save-dev @playwright/test',
  );
}

/** As a CommonJS module looks from here: its members may be under `default` only. */
type PlaywrightModule = Record<Engine, BrowserType> | { default: Record<Engine, BrowserType> };

function attempt<Value>(find: () => Value): Value | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
