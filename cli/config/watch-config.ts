import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DriscConfig } from '../../simulator/config/config.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Log } from '../log.ts';
import type { GatheredConfig } from './gather-config.ts';
import { applyConfig } from './simulator-options.ts';
import type { ConfiguredFaults } from './simulator-options.ts';

export interface WatchParts {
  readonly simulator: Simulator;
  readonly file: string;
  readonly folder: string;
  readonly config: DriscConfig;
  /** The faults that the present configuration has put into force. */
  readonly faults: ConfiguredFaults;
  readonly log: Log;
  readonly gather: () => Promise<GatheredConfig>;
}

/** What holds only from the start: a change of it is told, and waits for the next one. */
const FIXED = ['port', 'host', 'lan', 'tls', 'clock', 'seed', 'limits', 'control', 'showTokens'] as const;

/** Editors write a file in several steps. */
const SETTLING = 50;

/** Puts a configuration into force whenever its file changes. A bad one is told, and the last good one stays. */
export function watchConfig(parts: WatchParts): Disposable {
  const { file, log } = parts;
  let { faults, config } = parts;
  let pending: NodeJS.Timeout | undefined;
  let reading = Promise.resolve();

  async function reload(): Promise<void> {
    try {
      const next = (await parts.gather()).config;
      if (JSON.stringify(next) === JSON.stringify(config)) return;
      faults = await applyConfig(parts.simulator, next, parts.folder, faults);
      const waiting = FIXED.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(config[key]));
      config = next;
      log.info(`${file} is in force; sessions live on`, { event: 'reloaded', file });
      if (waiting.length > 0) log.warn(`${waiting.join(', ')} will change at the next start`);
    } catch (error) {
      log.warn(`${(error as Error).message}\nthe last good configuration stays in force`, {
        event: 'reload-refused',
        file,
      });
    }
  }

  // The folder, since many editors put a new file in the old one's place.
  const watcher = watch(dirname(file), (_, name) => {
    if (name !== basename(file)) return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      reading = reading.then(reload);
    }, SETTLING);
  });
  return {
    [Symbol.dispose]() {
      clearTimeout(pending);
      watcher.close();
    },
  };
}
