import { expect, expectRules, test } from 'drisckit/playwright';
import type { AppUser, TestSimulator } from 'drisckit/playwright';
import type { Page } from '@playwright/test';

/** Opens the player for a session with this name, as a link in a shop would. */
async function open(page: Page, drisc: TestSimulator, name = 'Kitchen'): Promise<void> {
  const query = new URLSearchParams({ base: drisc.url, offer: 'S100_US', name });
  await page.goto(`/?${query}#token=${await drisc.token()}`);
}

const play = (page: Page) => page.getByRole('button', { name: /Play$/ }).click();

test('plays, answers PING, and frees its slot when it is stopped', async ({ page, drisc }) => {
  await open(page, drisc);
  await play(page);
  await drisc.ping();
  await page.getByRole('button', { name: /Stop$/ }).click();
  await expect.poll(() => drisc.said()).toEqual(['REQUESTED', 'PONG', 'FINISHED']);
  expectRules(drisc, { observed: ['client/liveness/answers-in-time'] });
});

test('offers the place of another device at the limit', async ({ page, drisc }) => {
  const tv = await drisc.device('Living room TV');
  await open(page, drisc);
  await play(page);
  await page.getByRole('button', { name: 'Stop Living room TV and play here' }).click();
  await drisc.session({ name: 'Kitchen' });
  expect(tv.received).toContainEqual({ action: 'TAKE_OVER', sessionName: 'Kitchen' });
});

test('says who took over', async ({ page, drisc }) => {
  await open(page, drisc);
  await play(page);
  await drisc.takeOver('Bedroom <b>TV</b>');
  await expect(page.getByText('Bedroom <b>TV</b> plays now')).toBeVisible();
});

test('comes back to its session when the network breaks, and does not ask for another', async ({
  page,
  drisc,
}) => {
  await open(page, drisc);
  await play(page);
  const { id } = await drisc.session();
  await drisc.cut();
  expect(await drisc.session()).toMatchObject({ id });
});

test.describe('on virtual time', () => {
  test.use({ driscOptions: { clock: 'virtual' } });

  test('loses its slot when its network has gone and another device asks', async ({ page, drisc }) => {
    await open(page, drisc);
    await play(page);
    const { id } = await drisc.session();
    await page.close();
    await expect(drisc.device('Living room TV')).rejects.toThrow('limit-reached');
    expect(await drisc.advance(5_000)).toMatchObject([{ timer: 'pongTimeout', sessionId: id }]);
    await drisc.device('Living room TV');
  });
});

test.describe('with its production address', () => {
  test.use({ driscOptions: { origin: 'https://drisc.example.com' } });

  test('is led to the simulator, WebSocket and all', async ({ page, drisc }) => {
    await open(page, drisc);
    await play(page);
    await drisc.ping();
    const opened = drisc.journal.entries({ match: ({ kind }) => kind === 'open' });
    expect(opened).toMatchObject([{ headers: { host: 'drisc.example.com' } }]);
    // What the project says of the limit holds here, too.
    await expect(drisc.device('Living room TV')).rejects.toThrow('limit-reached');
  });
});

/** What the user of the player does, for scenarios. */
const userOf = (page: Page): AppUser => ({
  async start({ baseUrl, token, offerId, tag, sessionName = '' }) {
    const query = new URLSearchParams({ base: baseUrl, name: sessionName });
    if (tag === undefined) query.set('offer', offerId ?? '');
    else query.set('tag', tag);
    await page.goto(`/?${query}#token=${token}`);
    await play(page);
  },
  stop: () => page.getByRole('button', { name: /Stop$/ }).click(),
  takeover: (id) => page.locator(`[data-session-id="${id}"]`).getByRole('button').click(),
  reload: () => page.reload(),
});

for (const name of ['takeover', 'takeover-by-the-app', 'stored-endpoint', 'finished-then-restarted']) {
  test(`passes the scenario ${name}`, async ({ page, drisc }) => {
    await drisc.play(name, userOf(page));
    expectRules(drisc);
  });
}
