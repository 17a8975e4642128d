import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

/** The height of a row of the timeline, in pixels; the style sheet has it too. */
export const ROW_HEIGHT = 40;

/** Rows drawn beyond the window, so that scrolling finds them there. */
const BEYOND = 8;

/** Which part of a long list is drawn, and the list’s scrolling. */
export interface ListWindow {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly from: number;
  readonly to: number;
  /** Whether the list stays at its end as it grows. */
  readonly following: boolean;
  readonly onScroll: () => void;
  readonly reveal: (index: number) => void;
  readonly follow: () => void;
}

/** Draws only what the window shows of `count` rows of one height, and follows their end until the reader scrolls up. */
export function useListWindow(count: number): ListWindow {
  const ref = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const [view, setView] = useState({ top: 0, height: 800 });

  const measure = useCallback(() => {
    const list = ref.current;
    if (!list) return;
    const { scrollTop: top, clientHeight: height } = list;
    setView((old) => (old.top === top && old.height === height ? old : { top, height }));
  }, []);

  useLayoutEffect(() => {
    const list = ref.current;
    if (list && following) list.scrollTop = list.scrollHeight;
    measure();
  }, [count, following, measure]);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    if (ref.current) observer.observe(ref.current);
    return () => observer.disconnect();
  }, [measure]);

  const onScroll = (): void => {
    const list = ref.current;
    if (!list) return;
    measure();
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < ROW_HEIGHT;
    if (atEnd !== following) setFollowing(atEnd);
  };

  const reveal = (index: number): void => {
    const list = ref.current;
    if (!list) return;
    setFollowing(index === count - 1);
    const top = index * ROW_HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    const end = top + ROW_HEIGHT - list.clientHeight;
    if (end > list.scrollTop) list.scrollTop = end;
  };

  return {
    ref,
    from: Math.max(0, Math.floor(view.top / ROW_HEIGHT) - BEYOND),
    to: Math.min(count, Math.ceil((view.top + view.height) / ROW_HEIGHT) + BEYOND),
    following,
    onScroll,
    reveal,
    follow: () => setFollowing(true),
  };
}
