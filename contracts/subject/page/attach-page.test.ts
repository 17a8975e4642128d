import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { driver } from '../../../examples/web-player/page.drisc.js';
import type { StartCommand } from '../../../protocol/driver-protocol.ts';
import { CHROMIUM } from '../../../test/chromium.ts';
import { plantWebPlayer } from '../../../test/plant-web-player.ts';
import type { Change } from '../../../test/plant-web-player.ts';
import { runClientContract } from '../../client/run-client-contract.ts';
import { SITUATIONS } from '../../client/situations/situations.ts';
import type { CasePorts } from '../attached-client.ts';
import { attachPage } from './attach-page.ts';
import type { PageClientOptions } from './attach-page.ts';
import { parsePageDriver } from './page-driver.ts';
import { openPageSite } from './page-site.ts';
import { PageSubject } from './page-subject.ts';

async function judge(options: PageClientOptions, ...names: string[]) {
  await using client = await attachPage({ lanes: 3, ...options });
  const situations = SITUATIONS.filter(({ name }) => names.includes(name));
  expect(situations).toHaveLength(names.length);
  const { rules, notes } = await runClientContract(client, { situations });
  const ids = (...verdicts: string[]) =>
    rules.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
  return { broken: ids('fail', 'warn'), held: ids('pass'), notes, driven: client.driven };
}

const ADDRESS = '?base={baseUrl}&offer={offerId}&tag={tag}&name={sessionName}#token={token}';

/** The web player with attributes that say what is what, and without the sessions' ids. */
const BY_ATTRIBUTES: readonly Change[] = [
  ['web-player/index.html', '<button id="play"', '<button id="play" data-drisc="start"'],
  ['web-player/index.html', '<button id="stop"', '<button id="stop" data-drisc="stop"'],
  ['web-player/index.html', '<dialog id="limit"', '<dialog id="limit" data-drisc="limit"'],
  ['web-player/index.html', '<li>', '<li data-drisc="session">'],
  ['web-player/index.html', '<bdi class="name">', '<bdi class="name" data-drisc="name">'],
  ['web-player/index.html', 'class="takeover"', 'class="takeover" data-drisc="takeover"'],
  ['web-player/index.html', '<p id="message"', '<p id="message" data-drisc="taken-over"'],
  ['web-player/limit-dialog.js', 'row.dataset.sessionId = sessionId;', ''],
  [
    'web-player/screen.js',
    "const by = document.createElement('bdi');",
    "const by = document.createElement('bdi'); by.dataset.drisc = 'by';",
  ],
];

/** A player of one page: it writes its address while it plays, and has an advertisement in a frame. */
const SINGLE_PAGE = `<!doctype html>
<video id="video" src="clip.webm" muted loop></video>
<button data-drisc="start" onclick="play()">Play</button>
<button data-drisc="stop" onclick="video.pause()">Stop</button>
<script>
  async function play() {
    await video.play();
    setTimeout(() => {
      history.replaceState(null, '', '?at=1');
      history.pushState(null, '', '?at=2');
      location.hash = 'at=3';
      document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<p>advertisement</p>' }));
    }, 500);
    setTimeout(() => console.log('address written'), 1000);
  }
</script>`;

const REQUEST: StartCommand = {
  do: 'start',
  baseUrl: 'http://127.0.0.1:9',
  token: 'a.b.c',
  offerId: 'offer',
};

/** What a page says of itself, in the order in which it says it: `playing`, `stopped`, or the event. */
function listen(subject: PageSubject): string[] {
  const heard: string[] = [];
  subject.subscribe((event) => {
    if (event.event === 'playback') heard.push(event.playing ? 'playing' : 'stopped');
    else heard.push(event.event === 'log' ? event.line : event.event);
  });
  return heard;
}

const PRODUCTION = 'https://drisc.production.example';

describe.runIf(CHROMIUM)('a page under test', { timeout: 180_000 }, () => {
  it('is driven by its attributes, and its sessions are known by their names', async () => {
    const page = `${await plantWebPlayer(...BY_ATTRIBUTES)}/index.html${ADDRESS}`;
    const { broken, held } = await judge({ page }, 'play-and-stop', 'take-over-the-second', 'taken-over');
    expect(broken).toEqual([]);
    expect(held).toEqual(
      expect.arrayContaining([
        'client/finish/at-stop',
        'client/takeover/shows-sessions',
        'client/takeover/sends-choice',
        'client/takeover/tells-who',
      ]),
    );
  });

  it('that starts by itself and cannot be stopped is judged as far as that goes', async () => {
    const page = await plantWebPlayer([
      'web-player/main.js',
      'session.start();',
      "session.start();\nsession.send({ type: 'START', request });",
    ]);
    const { broken, held, driven } = await judge({ page: page + ADDRESS }, 'play-and-stop', 'slow-ok');
    expect(driven).toBe(false);
    expect(broken).toEqual([]);
    expect(held).toContain('client/gate/no-play-before-ok');
    expect(held).not.toContain('client/finish/at-stop');
  });

  it('whose stop button is never there is not blamed for what its user could not do', async () => {
    const page = await plantWebPlayer([
      'web-player/style.css',
      '#waiting,\n#stop,',
      '#waiting,\n#stop.gone,',
    ]);
    const lost = { ...driver, stop: '#nowhere' };
    const { broken, held, notes } = await judge({ page, driver: lost }, 'play-and-stop', 'stop-before-ok');
    expect(broken).toEqual([]);
    expect(held).not.toContain('client/finish/at-stop');
    expect(notes).toEqual([expect.stringContaining('never let its user stop')]);
  });

  it('with the production host compiled in is led to the simulator, and all of the wire reaches it', async () => {
    const page = await plantWebPlayer([
      'web-player/config.js',
      "query.get('base') ?? DEFAULTS.baseUrl",
      JSON.stringify(PRODUCTION),
    ]);
    const { broken, held } = await judge(
      { page, driver, intercept: PRODUCTION },
      'play-and-stop',
      'take-over',
      'closed-with-4001',
      'connecting-again-fails',
      'refused-no-answer',
      'refused-answer-breaks-off',
      'network-breaks-once',
    );
    expect(broken).toEqual([]);
    expect(held).toEqual(
      expect.arrayContaining([
        'client/request/endpoint-verbatim',
        'client/gate/plays-on-ok',
        'client/gate/no-play-when-refused',
        'client/liveness/answers-ping',
        'client/recovery/any-close-code',
        'client/recovery/reconnects',
        'client/recovery/no-storm',
      ]),
    );
  });

  it('that writes its address while it plays has not stopped; one that is loaded anew has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drisc-page-'));
    await writeFile(join(folder, 'index.html'), SINGLE_PAGE);
    await copyFile('examples/web-player/clip.webm', join(folder, 'clip.webm'));
    await using site = await openPageSite({ page: folder });
    await using subject = new PageSubject(site, { request: REQUEST, sessions: async () => [] });
    const heard = listen(subject);
    await subject.open();
    await subject.send(REQUEST);
    await vi.waitFor(() => expect(heard).toContain('(log) address written'), 30_000);
    await subject.send({ do: 'reload' });
    expect(heard).toEqual(['ready', 'playing', '(log) address written', 'stopped', 'ready']);
  });

  it('that does not come back from a reload is a client that is gone', async () => {
    let isServed = true;
    const server = createServer((_, response) =>
      isServed ? response.end(SINGLE_PAGE) : response.destroy(),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using site = await openPageSite({ page: `http://127.0.0.1:${port}/` });
    await using subject = new PageSubject(site, { request: REQUEST, sessions: async () => [] });
    const heard = listen(subject);
    await subject.open();
    isServed = false;
    expect(await subject.send({ do: 'reload' })).toBe(false);
    expect(heard.slice(-2)).toEqual([expect.stringMatching(/^cannot load the page anew: /), 'exited']);
    server.close();
  });

  it('that is closed while it opens leaves nothing in the browser', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drisc-page-'));
    await writeFile(join(folder, 'index.html'), SINGLE_PAGE);
    await using site = await openPageSite({ page: folder });
    const newContext = vi.spyOn(site.browser, 'newContext');
    await using subject = new PageSubject(site, { request: REQUEST, sessions: async () => [] });
    const heard = listen(subject);
    subject.openSoon();
    await subject.close();
    await newContext.mock.results[0]?.value;
    expect(newContext).toHaveBeenCalledOnce();
    expect(site.browser.contexts()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('that does not close leaves no port open', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drisc-page-'));
    await writeFile(join(folder, 'index.html'), SINGLE_PAGE);
    await using client = await attachPage({ page: folder });
    const ports = { stage: {}, request: (baseUrl: string) => ({ ...REQUEST, baseUrl }) };
    const lease = await client.take(ports as unknown as CasePorts);
    await lease.subject.close();
    vi.spyOn(lease.subject, 'close').mockRejectedValueOnce(new Error('the browser is gone'));
    await expect(lease.release()).rejects.toThrow('the browser is gone');
    await expect(fetch(lease.baseUrl)).rejects.toThrow('fetch failed');
  });

  it.each([
    ['nowhere', { page: 'no/such/folder' }, 'expected a URL (http://…), a folder or an HTML file'],
    ['where nothing is served', { page: 'http://127.0.0.1:9/' }, 'is it served there?'],
    [
      'without what its driver names',
      { page: 'dist/examples/web-player', driver: { start: '#go' } },
      'no visible element fits "#go"',
    ],
    ['in a browser that is not there', { page: 'dist', browser: '/no/chromium' }, 'npx playwright install'],
  ])('that is %s is an error in words', async (_, options, words) => {
    await expect(attachPage(options)).rejects.toThrow(words);
  });

  it('is not reached by another origin than it asks for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drisc-page-'));
    await writeFile(join(folder, 'index.html'), '<p>hello</p>');
    await expect(attachPage({ page: folder, intercept: 'drisc.example.com' })).rejects.toThrow(
      'expected an origin such as https://drisc.example.com',
    );
  });
});

it('says what is wrong with a driver', () => {
  expect(() => parsePageDriver({ start: 7, press: '#play' }, 'page.drisc.js')).toThrow(
    /page\.drisc\.js: expected .*\n {2}start: .*\n {2}.*press/,
  );
});
