import { CommandError, EXIT } from './exit.ts';

/** Within this time a second signal is the first one again: npx hands on what the terminal sends to both. Milliseconds. */
const SAME = 500;

/**
 * A signal that aborts at the first Ctrl-C or SIGTERM, after `say` was called. The next one ends the process at once, as
 * if nobody listened.
 */
export function breakOffOnInterrupt(say: () => void): AbortSignal {
  const interrupt = new AbortController();
  let from: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (from === undefined) {
      from = performance.now();
      say();
      interrupt.abort();
    } else if (performance.now() - from > SAME) {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.kill(process.pid, signal);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return interrupt.signal;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What a command ends with that was broken off before there was anything to report. */
export function brokenOff(): CommandError {
  return new CommandError(EXIT.environment, 'broken off before anything was judged');
}
