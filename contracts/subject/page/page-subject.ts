import { isDeepStrictEqual } from 'node:util';
import type { BrowserContext, ConsoleMessage, Frame, Page } from '@playwright/test';
import type { ActiveSession } from '../../../protocol/http-bodies.ts';
import type { DriverCommand, StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ClientSubject, SubjectEvent } from '../../../scenarios/client-subject.ts';
import { redact } from '../../../simulator/redact.ts';
import { MARKUP_TRACES } from '../../client/situations/hostile-name.ts';
import { SubjectError } from '../subject-error.ts';
import { OPEN_WITHIN, openPage } from './open-page.ts';
import { CONTROLS, resolveSelectors } from './page-driver.ts';
import type { PageAction, PageSelectors } from './page-driver.ts';
import { NEWS_BINDING } from './page-news.ts';
import type { PageNews } from './page-news.ts';
import type { PageSite } from './page-site.ts';
import { press } from './press.ts';
import { watchMedia } from './watch-media.ts';
import { watchScreen } from './watch-screen.ts';

/** What one case has of its own. */
export interface PageCase {
  /** What the page is opened for first. */
  readonly request: StartCommand;
  /** Leads a host of the internet to the harness; the certificates there are not looked at. */
  readonly proxy?: string | undefined;
  /** The sessions that a user may be shown, to find the one whose name is shown without its id. */
  sessions(): Promise<readonly ActiveSession[]>;
}

/** A page in a browser as a client: opens a context of its own, drives the page, and tells what its user sees. */
export class PageSubject implements ClientSubject {
  readonly name: string;
  readonly driven: boolean;
  readonly showsPlayback = true;
  readonly #site: PageSite;
  readonly #case: PageCase;
  readonly #selectors: PageSelectors;
  readonly #listeners = new Set<(event: SubjectEvent) => void>();
  readonly #playing = new Set<Frame>();
  /** Controls that were pressed, and those that were looked for in vain. */
  readonly pressed = new Set<string>();
  readonly missed = new Set<string>();
  #context: BrowserContext | undefined;
  #opening: Promise<void> | undefined;
  #isClosed = false;
  #page: Page | undefined;
  #request: StartCommand | undefined;
  #isPlaying = false;
  #sessions: readonly { sessionId: string }[] = [];

  constructor(site: PageSite, own: PageCase) {
    this.name = site.name;
    this.driven = site.driven;
    this.#site = site;
    this.#case = own;
    this.#selectors = resolveSelectors(site.driver);
  }

  /** Opens the page, unless that starts it: then it is opened by the first `start`. @throws {SubjectError} `NoPage` */
  open(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const { browser, startsByItself } = this.#site;
    const { proxy, request } = this.#case;
    const context = await browser.newContext(
      proxy === undefined ? {} : { proxy: { server: proxy }, ignoreHTTPSErrors: true },
    );
    // Nobody waits any more for a context that comes after the end.
    if (this.#isClosed) return context.close();
    this.#context = context;
    await this.#equip(context);
    this.#page = await context.newPage();
    this.#listen(this.#page);
    if (!startsByItself || !this.driven) await this.#goTo(request);
    if (!startsByItself && !this.driven) await this.#start(request, () => {});
    this.#emit({ event: 'ready' });
  }

  /** Opens the page in its own time; where that fails, the log says why and the client is gone. */
  openSoon(): void {
    this.open().catch((error: Error) => {
      if (!this.#isClosed) this.#leave(error.message);
    });
  }

  async #equip(context: BrowserContext): Promise<void> {
    const { media } = this.#selectors;
    await context.exposeBinding(NEWS_BINDING, ({ frame }, news: PageNews) => this.#hear(frame, news));
    await context.addInitScript(watchMedia, { media, binding: NEWS_BINDING });
    await context.addInitScript(watchScreen, {
      selectors: this.#selectors,
      traces: MARKUP_TRACES,
      binding: NEWS_BINDING,
    });
  }

  #listen(page: Page): void {
    page.on('console', (message) => this.#keepLog(message));
    page.on('pageerror', (error) => this.#emit({ event: 'log', line: redact(`(page) ${error.message}`) }));
    page.on('crash', () => this.#emit({ event: 'exited', code: null, signal: 'crash' }));
    page.on('framedetached', (frame) => this.#setPlaying(frame, false));
  }

  #keepLog(message: ConsoleMessage): void {
    if (['error', 'warning', 'log', 'info'].includes(message.type()))
      this.#emit({ event: 'log', line: redact(`(${message.type()}) ${message.text()}`) });
  }

  async #goTo(request: StartCommand): Promise<void> {
    const { do: _, ...config } = request;
    // Later scripts win: each address has its own.
    await this.#context?.addInitScript(
      (value) => void Object.assign(globalThis, { __DRISC__: value }),
      config,
    );
    // A new fragment alone would not load the page anew.
    if (this.#page && this.#request) await openPage(this.#page, 'about:blank');
    if (this.#page) await openPage(this.#page, this.#site.address(request));
    this.#request = request;
  }

  async send(command: DriverCommand, begin: () => void = () => {}): Promise<boolean> {
    const { driver } = this.#site;
    switch (command.do) {
      case 'start':
        return this.#start(command, begin);
      case 'stop':
        return this.#act('stop', driver.stop ?? CONTROLS.stop, undefined, begin);
      case 'end':
        if (driver.end !== undefined) return this.#act('end', driver.end, undefined, begin);
        begin();
        return this.#sendMediaToEnd();
      case 'takeover':
        return this.#takeOver(command.sessionId, begin);
      case 'reload':
        begin();
        return this.#reload();
      case 'reset':
        begin();
        await this.#shut();
        this.#request = undefined;
        await this.open();
        return true;
      case 'exit':
        begin();
        await this.#shut();
        return true;
    }
  }

  /** A page that does not come back is a client that is gone: for the judge to say, and no end of the run. */
  async #reload(): Promise<boolean> {
    try {
      await this.#page?.reload({ waitUntil: 'load', timeout: OPEN_WITHIN });
    } catch (cause) {
      const [reason = ''] = (cause as Error).message.split('\n');
      this.#leave(redact(`cannot load the page anew: ${reason}`));
      return false;
    }
    this.#emit({ event: 'ready' });
    return true;
  }

  #leave(line: string): void {
    this.#emit({ event: 'log', line });
    this.#emit({ event: 'exited', code: null, signal: null });
  }

  async #start(request: StartCommand, begin: () => void): Promise<boolean> {
    const { startsByItself, driver } = this.#site;
    const isOpen = this.#request !== undefined && isDeepStrictEqual(this.#request, request);
    if (isOpen && !startsByItself) return this.#act('start', driver.start ?? CONTROLS.start, request, begin);
    begin();
    await this.#goTo(request);
    return startsByItself || this.#act('start', driver.start ?? CONTROLS.start, request);
  }

  /** Does what a driver says; `false` where what it takes is not there. @throws {SubjectError} `BadDriver` */
  async #act<About>(
    what: string,
    action: PageAction<About>,
    about: About,
    begin?: () => void,
  ): Promise<boolean> {
    const page = this.#page;
    if (!page) return false;
    try {
      if (typeof action === 'string') return this.#note(what, await press(page.locator(action), begin));
      begin?.();
      await action(page, about);
      return this.#note(what, true);
    } catch (cause) {
      const error = cause as Error;
      const [reason = ''] = error.message.split('\n');
      if (error.name === 'TimeoutError') return this.#note(what, false, reason);
      throw new SubjectError('BadDriver', `the driver cannot ${what}: ${redact(reason)}`, { cause });
    }
  }

  #note(what: string, done: boolean, reason = 'there is nothing to press'): boolean {
    (done ? this.pressed : this.missed).add(what);
    if (!done) this.#emit({ event: 'log', line: redact(`(driver) no way to ${what}: ${reason}`) });
    return done;
  }

  async #takeOver(sessionId: string, begin: () => void): Promise<boolean> {
    const { session, takeover, limit } = this.#selectors;
    const place = this.#sessions.findIndex((one) => one.sessionId === sessionId);
    if (!this.#page || place < 0) return false;
    const shown = this.#page.locator(limit).locator('visible=true').first();
    const row = shown.locator(session).nth(place);
    return this.#note('takeover', await press(row.locator(takeover), begin));
  }

  async #sendMediaToEnd(): Promise<boolean> {
    const sent = await Promise.all(
      this.#page?.frames().map((frame) => frame.evaluate(`${NEWS_BINDING}SendToEnd()`)) ?? [],
    );
    return sent.includes(true);
  }

  async setOnline(online: boolean): Promise<void> {
    await this.#context?.setOffline(!online);
  }

  #hear(frame: Frame, news: PageNews): void {
    switch (news.news) {
      case 'playing':
        return this.#setPlaying(frame, news.playing);
      case 'ended':
        return this.#emit({ event: 'ended' });
      case 'limit':
        return void this.#showLimit(news);
      case 'taken-over':
        return this.#emit({ event: 'taken-over', by: news.by });
      case 'error':
        return this.#emit({ event: 'error', message: news.message });
      case 'unsafe':
        return this.#emit({ event: 'unsafe', what: news.what });
    }
  }

  #setPlaying(frame: Frame, playing: boolean): void {
    if (playing) this.#playing.add(frame);
    else this.#playing.delete(frame);
    if (this.#isPlaying === this.#playing.size > 0) return;
    this.#isPlaying = !this.#isPlaying;
    this.#emit({ event: 'playback', playing: this.#isPlaying });
  }

  async #showLimit({ takeover, sessions: shown }: Extract<PageNews, { news: 'limit' }>): Promise<void> {
    const known = shown.every(({ sessionId }) => sessionId !== '') ? [] : await this.#case.sessions();
    const left = [...known];
    const sessions = shown.map(({ sessionId, name }) => {
      if (sessionId !== '') return { sessionId, name };
      const place = left.findIndex((one) => one.name === name);
      const [found] = place < 0 ? [] : left.splice(place, 1);
      return { sessionId: found?.sessionId ?? '', name };
    });
    this.#sessions = sessions;
    this.#emit({ event: 'limit', takeover, sessions });
  }

  subscribe(listener: (event: SubjectEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#shut();
  }

  /** Closing the context ends what the opening still waits for, such as a page that does not come. */
  async #shut(): Promise<void> {
    await this.#context?.close();
    await this.#opening?.catch(() => {});
    this.#context = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #emit(event: SubjectEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
