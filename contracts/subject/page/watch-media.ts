import type { PageNews } from './page-news.ts';

/** What the watch over the media of a page is told. */
export interface MediaWatch {
  /** Which media elements count, as a selector. */
  readonly media: string;
  /** The name of the function that takes the news. */
  readonly binding: string;
}

/**
 * Tells whether any media element of the page plays: it is not paused, and its `currentTime` advances. Runs in the page,
 * before the page's own scripts; so it uses nothing from outside of itself.
 */
export function watchMedia({ media, binding }: MediaWatch): void {
  /** Milliseconds between looks; of media that must pass before it counts as playing; without motion until it does not. */
  const [every, least, patience] = [25, 50, 1_000];
  const page = globalThis as unknown as Record<string, (news: PageNews) => void>;
  const watched = new Map<HTMLMediaElement, { time: number; moved: number; still: number }>();
  let playing = false;
  // A new document plays nothing yet, whatever the one before it did; a new address alone brings no new document.
  page[binding]?.({ news: 'playing', playing });
  let lookedAt = performance.now();

  const isPlaying = (element: HTMLMediaElement, passed = 0): boolean => {
    const state = watched.get(element);
    if (!state || !element.matches(media)) return false;
    if (element.paused || element.ended) {
      Object.assign(state, { time: element.currentTime, moved: 0, still: 0 });
      return false;
    }
    const advance = Math.abs(element.currentTime - state.time) * 1000;
    if (advance > 0)
      Object.assign(state, { time: element.currentTime, moved: state.moved + advance, still: 0 });
    else state.still += passed;
    return state.moved >= least && state.still < patience;
  };
  const look = (): void => {
    const now = performance.now();
    // While the machine has no time for the page, its media stand still as well; that is no stop of the player's.
    const passed = Math.min(now - lookedAt, 2 * every);
    lookedAt = now;
    const any = [...watched.keys()].map((element) => isPlaying(element, passed)).includes(true);
    if (any === playing) return;
    playing = any;
    page[binding]?.({ news: 'playing', playing });
  };
  const watch = (element: HTMLMediaElement): void => {
    if (watched.has(element)) return;
    watched.set(element, { time: element.currentTime, moved: 0, still: 0 });
    // However soon it plays again, it has stopped in between.
    const rest = (): void => {
      Object.assign(watched.get(element) ?? {}, { time: element.currentTime, moved: 0 });
      look();
    };
    for (const type of ['pause', 'ended', 'emptied']) element.addEventListener(type, rest);
    element.addEventListener('ended', () => {
      if (element.matches(media)) page[binding]?.({ news: 'ended' });
    });
  };

  // Events of media do not bubble, and those in a shadow tree do not leave it; play() is called wherever the element is.
  for (const type of ['play', 'playing', 'timeupdate']) {
    const notice = ({ target }: Event): void => {
      if (target instanceof HTMLMediaElement) watch(target);
    };
    addEventListener(type, notice, { capture: true });
  }
  const play = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'play')
    ?.value as () => Promise<void>;
  HTMLMediaElement.prototype.play = function (): Promise<void> {
    watch(this);
    return play.call(this);
  };
  setInterval(look, every);

  // The end of the stream, for who has no other way to bring it about.
  const sendToEnd = (): boolean => {
    const ending = [...watched.keys()].filter((one) => isPlaying(one) && Number.isFinite(one.duration));
    for (const element of ending) {
      element.loop = false;
      element.currentTime = element.duration;
    }
    return ending.length > 0;
  };
  Object.assign(globalThis, { [`${binding}SendToEnd`]: sendToEnd });
}
