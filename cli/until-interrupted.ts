import { breakOffOnInterrupt } from './break-off.ts';

/** Resolves at the first Ctrl-C or SIGTERM; the next one ends the process at once, save what npx hands on of the first. */
export function untilInterrupted(): Promise<void> {
  const interrupt = breakOffOnInterrupt(() => {});
  return new Promise((resolve) => interrupt.addEventListener('abort', () => resolve(), { once: true }));
}
