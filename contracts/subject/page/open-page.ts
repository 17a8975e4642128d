import type { Page } from '@playwright/test';
import { redact } from '../../../simulator/redact.ts';
import { SubjectError } from '../subject-error.ts';

/** How long a page may take to come, in milliseconds. */
export const OPEN_WITHIN = 15_000;

/**
 * Opens an address and waits until it is loaded.
 * @throws {SubjectError} `NoPage` when it does not come; the message has no token in it.
 */
export async function openPage(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url, { waitUntil: 'load', timeout: OPEN_WITHIN });
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n');
    throw new SubjectError('NoPage', `cannot open the page: ${redact(reason)}; is it served there?`, {
      cause,
    });
  }
}
