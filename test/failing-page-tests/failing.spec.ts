import { expect, expectRules, test } from 'drisckit/playwright';
import type { TestSimulator } from 'drisckit/playwright';
import type { Page } from '@playwright/test';

/** An app that says PONG before anything else. */
async function playBadly(page: Page, drisc: TestSimulator): Promise<void> {
  await page.goto('/style.css');
  await page.evaluate(
    async ({ url, token }) => {
      const answer = await fetch(`${url}/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ sessionName: 'Bad app', offerId: 'S100_US' }),
      });
      const { endpoint } = (await answer.json()) as { endpoint: string };
      const socket = new WebSocket(endpoint);
      const say = (action: string): void => socket.send(JSON.stringify({ action }));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      say('PONG');
      say('REQUESTED');
    },
    { url: drisc.url, token: await drisc.token() },
  );
  await drisc.session();
}

test('fails by itself', async ({ page, drisc }) => {
  await playBadly(page, drisc);
  await drisc.takeOver('Living room TV');
  expect('anything').toBe('something else');
});

test('breaks rules', async ({ page, drisc }) => {
  await playBadly(page, drisc);
  expectRules(drisc);
});

test('does not pass a scenario', async ({ page, drisc }) => {
  await drisc.play('first-play', { start: () => playBadly(page, drisc), stop: () => page.close() });
});

test('has no such button', async ({ page, drisc }) => {
  const start = () => page.getByRole('button', { name: 'Nowhere' }).click({ timeout: 1 });
  await drisc.play('first-play', { start, stop: () => {} });
});

test('fails without a word to the simulator', async ({ page }) => {
  await page.goto('/');
  expect('anything').toBe('something else');
});

test('fails as it is expected to', async ({ page, drisc }) => {
  test.fail();
  await playBadly(page, drisc);
  expectRules(drisc);
});

test.describe('with a proxy of its own', () => {
  test.use({
    proxy: { server: 'http://127.0.0.1:9' },
    driscOptions: { origin: 'https://drisc.example.com' },
  });

  test('cannot be had', async ({ page }) => {
    await page.goto('/');
  });
});
