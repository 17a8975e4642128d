import { dirname, resolve } from 'node:path';
import { DEFAULT_CONFIG } from './default-config.ts';
import { readEnvironment } from './environment.ts';
import { applyBroadFlags, readFlags } from './flags.ts';
import type { ConfigFlags } from './flags.ts';
import { findConfig, loadConfig } from './load-config.ts';
import { resolveConfig } from './resolve-config.ts';
import type { ResolvedConfig } from './resolve-config.ts';

export interface GatheredConfig extends ResolvedConfig {
  /** The file that was read, where there is one. */
  readonly file: string | undefined;
  /** Where relative paths begin: the file's folder, or the present one. */
  readonly folder: string;
}

/**
 * Gathers what flags, the environment, a file and the defaults say.
 * @throws {CommandError} on whatever is wrong, with its place
 */
export async function gatherConfig(
  options: ConfigFlags & Record<string, unknown>,
  env: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Promise<GatheredConfig> {
  const named = typeof options.config === 'string' ? options.config : env['DRISC_CONFIG'];
  const file =
    options.config === false ? undefined : named === undefined ? findConfig(folder) : resolve(folder, named);
  const resolved = resolveConfig({
    flag: readFlags(options),
    environment: readEnvironment(env),
    file: file === undefined ? {} : await loadConfig(file),
    default: DEFAULT_CONFIG,
  });
  return {
    ...resolved,
    config: applyBroadFlags(resolved.config, options),
    file,
    folder: file === undefined ? folder : dirname(file),
  };
}
