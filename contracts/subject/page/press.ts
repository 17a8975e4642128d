import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from '@playwright/test';

/** How long a user looks for a button, and how often, in milliseconds. */
const LOOK_FOR = 1_000;
const LOOK_EVERY = 50;

/**
 * Presses the first of some elements that can be seen and reached, at once; gives false where there is none. Playwright's
 * own click waits until nothing moves, which a judge of time cannot allow.
 * @param begin is called right before the press
 */
export async function press(elements: Locator, begin?: () => void): Promise<boolean> {
  for (const began = performance.now(); ; await sleep(LOOK_EVERY)) {
    const point = await elements.evaluateAll(findPoint);
    if (point) {
      begin?.();
      await elements.page().mouse.click(point.x, point.y);
      return true;
    }
    if (performance.now() - began > LOOK_FOR) return false;
  }
}

/** Where an element can be pressed that is visible and has nothing on top of it, such as a dialog. Runs in the page. */
function findPoint(elements: readonly Element[]): { x: number; y: number } | undefined {
  for (const element of elements) {
    if (!element.checkVisibility({ checkVisibilityCSS: true })) continue;
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hit = document.elementFromPoint(x, y);
    if (hit && (element.contains(hit) || hit.contains(element))) return { x, y };
  }
  return undefined;
}
