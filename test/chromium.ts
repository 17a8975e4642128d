import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** Debian's Chromium, or else what `playwright install chromium` brought; nothing where there is neither. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', chromium.executablePath()].find(
  (path) => existsSync(path),
);
