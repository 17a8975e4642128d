import type { PageSelectors } from './page-driver.ts';
import type { PageNews } from './page-news.ts';

/** What the watch over what a page shows is told. */
export interface ScreenWatch {
  readonly selectors: PageSelectors;
  /** What a name leaves behind that was taken for markup. */
  readonly traces: { readonly variable: string; readonly elements: string };
  /** The name of the function that takes the news. */
  readonly binding: string;
}

/**
 * Tells what becomes visible to the user: the limit, who took over, an error; and what a name did that was taken for
 * markup. Runs in the page, before the page's own scripts; so it uses nothing from outside of itself.
 */
export function watchScreen({ selectors, traces, binding }: ScreenWatch): void {
  /** Milliseconds for a page to finish drawing, and between looks at what changes without a change of the document. */
  const [settling, every] = [50, 100];
  const toEyes = { checkOpacity: true, checkVisibilityCSS: true };
  const page = globalThis as unknown as Record<string, (news: PageNews) => void>;
  const tell = (news: PageNews): void => page[binding]?.(news);
  const shown = new Map<string, { text: string; since: number; told: boolean }>();
  let unsafe = false;

  const findVisible = (selector: string, root: ParentNode = document): Element | undefined =>
    [...root.querySelectorAll(selector)].find((element) => element.checkVisibility(toEyes));
  const textOf = (element: Element, part: 'sessionName' | 'takenOverBy'): string =>
    (element.querySelector(selectors[part]) ?? element).textContent ?? '';

  const readLimit = (): PageNews | undefined => {
    const limit = findVisible(selectors.limit);
    if (!limit) return undefined;
    const rows = [...limit.querySelectorAll(selectors.session)];
    return {
      news: 'limit',
      takeover: rows.some((row) => findVisible(selectors.takeover, row)),
      sessions: rows.map((row) => ({
        sessionId: row.getAttribute(selectors.sessionId) ?? '',
        name: textOf(row, 'sessionName'),
      })),
    };
  };
  const readTakenOver = (): PageNews | undefined => {
    const element = findVisible(selectors.takenOver);
    return element && { news: 'taken-over', by: textOf(element, 'takenOverBy') };
  };
  const readError = (): PageNews | undefined => {
    const element = findVisible(selectors.error);
    return element && { news: 'error', message: (element.textContent ?? '').trim() };
  };

  /** What is drawn in several steps is told when it has come to rest. */
  const follow = (name: string, news: PageNews | undefined, isRedrawn: boolean): void => {
    if (!news) {
      shown.delete(name);
      return;
    }
    const text = JSON.stringify(news);
    const last = shown.get(name);
    const now = performance.now();
    if (last?.text !== text || isRedrawn) {
      shown.set(name, { text, since: now, told: false });
      setTimeout(look, settling);
    } else if (!last.told && now - last.since >= settling - 1) {
      last.told = true;
      tell(news);
    }
  };
  const tellUnsafe = (what: string): void => {
    if (unsafe) return;
    unsafe = true;
    tell({ news: 'unsafe', what });
  };
  const look = (changes: readonly MutationRecord[] = []): void => {
    const redrawn = changes.some(
      ({ type, target }) =>
        type === 'childList' && target instanceof Element && target.closest(selectors.limit),
    );
    follow('limit', readLimit(), redrawn);
    follow('taken-over', readTakenOver(), false);
    follow('error', readError(), false);
    const element = document.querySelector(traces.elements);
    if (element) tellUnsafe(`a name became an element of the page: ${element.outerHTML.slice(0, 80)}`);
  };

  Object.defineProperty(globalThis, traces.variable, {
    set() {
      tellUnsafe('a script in a name was run');
    },
    configurable: true,
  });
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  });
  setInterval(look, every);
}
