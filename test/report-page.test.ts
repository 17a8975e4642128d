import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareResults } from '../reports/compare.ts';
import { conformingServer, faultyClient, faultyServer } from '../reports/fixtures.ts';
import { renderComparisonHtml } from '../reports/html/comparison-page.tsx';
import { renderHtml } from '../reports/html/page.tsx';
import type { Result } from '../reports/result.ts';
import { axeViolations } from './axe-violations.ts';

/** Debian's; elsewhere what `playwright install chromium` brought. */
const executablePath = ['/usr/bin/chromium', chromium.executablePath()].find((path) => existsSync(path));
const folder = mkdtempSync(join(tmpdir(), 'drisc-page-'));

/** 300 failures with 20,000 lines of transcript between them. */
function largeResult(): Result {
  const result = faultyServer();
  const template = result.rules.find(({ failures }) => failures.length > 0)!;
  const [failure] = template.failures;
  const transcript = Array.from({ length: 67 }, (_, index) => ({
    ...failure!.transcript[index % failure!.transcript.length]!,
    at: index * 3,
  }));
  const rules = Array.from({ length: 300 }, (_, index) => ({
    ...template,
    id: `server/large/rule-${index}`,
    section: `Section ${index % 12}`,
    failures: [{ ...failure!, transcript }],
  }));
  return { ...result, rules };
}

describe.skipIf(executablePath === undefined)(
  'the report page in Chromium, from disk, with the network off',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({ ...(executablePath && { executablePath }), chromiumSandbox: false });
    });
    afterAll(() => browser.close());

    async function open(name: string, result: Result, options = {}) {
      return openPage(name, renderHtml(result), options);
    }

    async function openPage(
      name: string,
      html: string,
      options = {},
    ): Promise<{ page: Page; trouble: string[] }> {
      const context = await browser.newContext({ offline: true, ...options });
      const page = await context.newPage();
      const trouble: string[] = [];
      page.on('console', (message) => trouble.push(message.text()));
      page.on('pageerror', (error) => trouble.push(error.message));
      page.on('dialog', (dialog) => void dialog.dismiss().then(() => trouble.push(dialog.message())));
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) trouble.push(request.url());
      });
      const file = join(folder, `${name}.html`);
      writeFileSync(file, html);
      await page.goto(pathToFileURL(file).href);
      return { page, trouble };
    }

    /** Milliseconds from the start of navigation until the page is drawn. */
    async function drawn(name: string, result: Result): Promise<number> {
      const { page } = await open(name, result);
      const milliseconds = await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now();
      });
      await page.context().close();
      return milliseconds;
    }

    it.each([
      ['pass', conformingServer(), 'light', 1200],
      ['fail', faultyServer(), 'light', 1200],
      ['fail', faultyServer(), 'dark', 1200],
      ['fail', faultyServer(), 'light', 390],
      ['hostile', faultyClient(), 'dark', 390],
    ] as const)(
      'is accessible, quiet and no wider than the window: %s, %#',
      async (name, result, colorScheme, width) => {
        const { page, trouble } = await open(name, result, { colorScheme, viewport: { width, height: 800 } });
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        expect(await axeViolations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(trouble).toEqual([]);
        await page.context().close();
      },
    );

    it.each([
      ['light', 1200],
      ['dark', 1200],
      ['light', 390],
    ] as const)('compares results side by side, accessible and quiet: %s, %i', async (colorScheme, width) => {
      const hostile = 'a/<script>alert(1)</script>.json';
      const html = renderComparisonHtml(
        compareResults([
          { label: 'main/conforming.json', result: conformingServer() },
          { label: hostile, result: faultyServer() },
          { label: 'branch/faulty.json', result: faultyServer() },
        ]),
      );
      const { page, trouble } = await openPage('compare', html, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^3 new failures/);
      expect(await page.getByRole('heading', { name: 'New failures', exact: true }).count()).toBe(1);
      expect(await page.locator('.matrix tbody tr').count()).toBeGreaterThan(10);
      expect(await page.locator('.matrix tbody tr.new').count()).toBe(3);
      expect(await page.getByText(hostile).count()).toBeGreaterThan(0);
      await page.locator('#new + .broken a').first().click();
      expect(await page.locator('.matrix tr:target').count()).toBe(1);
      expect(trouble).toEqual([]);
      await page.screenshot({ path: join(folder, `compare-${colorScheme}-${width}.png`), fullPage: true });
      await page.context().close();
    });

    it('filters by verdict, with the keyboard and without its script', async () => {
      const { page } = await open('filter', faultyServer(), { javaScriptEnabled: false });
      const visible = (): Promise<number> => page.locator('.rule:visible').count();
      expect(await visible()).toBe(12);
      await page.locator('#show-all').focus();
      await page.keyboard.press('ArrowRight');
      expect(await visible()).toBe(3);
      expect(await page.locator('.rule-section:visible').count()).toBe(3);
      await page.getByRole('radio', { name: 'Holds' }).check({ force: true });
      expect(await visible()).toBe(6);
      await page.context().close();
    });

    it('opens the rule that a link names, and copies the replay command', async () => {
      const { page } = await open('link', faultyServer());
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = false;
      });
      await page.getByRole('link', { name: 'A session that never answered PING' }).click();
      const rule = page.locator('[id="server.ping.missed-pong-frees-slot"]');
      await rule.locator('.failure').waitFor();
      expect(await page.locator('.rule[open]').count()).toBe(1);
      await rule.getByRole('button', { name: 'Copy' }).click();
      await rule.getByRole('button', { name: /Copied|Selected/ }).waitFor();
      await page.context().close();
    });

    it('opens 300 failures and 20,000 lines as readily as it opens three', async () => {
      const small = await drawn('small', faultyServer());
      const large = await drawn('large', largeResult());
      console.info(
        `the page is drawn after ${Math.round(small)} ms (3 failures), ${Math.round(large)} ms (300 failures)`,
      );
      // A hundred times the content; were every diagram laid out at once, it would take as many times longer.
      expect(large).toBeLessThan(Math.max(small, 100) * 20);
    });
  },
);
