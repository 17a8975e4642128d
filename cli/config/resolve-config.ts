import type { DriscConfig } from '../../simulator/config/config.ts';

/** Where a value comes from, the strongest first. */
export const CONFIG_SOURCES = ['flag', 'environment', 'file', 'default'] as const;
export type ConfigSource = (typeof CONFIG_SOURCES)[number];

export type ConfigLayers = { readonly [Source in ConfigSource]: DriscConfig };

export interface ResolvedConfig {
  readonly config: DriscConfig;
  /** The source of each value, by its path: `settings.pongTimeout`. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
}

/** Groups whose members are told one by one; any other value replaces the weaker one as a whole. */
const GROUPS = ['settings', 'limits', 'control'];

/** Lays the layers over each other: flag over environment over file over default. */
export function resolveConfig(layers: ConfigLayers): ResolvedConfig {
  const config: Record<string, unknown> = {};
  const sources = new Map<string, ConfigSource>();
  for (const source of CONFIG_SOURCES.toReversed()) {
    for (const [key, value] of Object.entries(layers[source])) {
      if (value === undefined) continue;
      if (!GROUPS.includes(key)) {
        config[key] = value;
        sources.set(key, source);
        continue;
      }
      const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
      config[key] = { ...(config[key] as object | undefined), ...Object.fromEntries(members) };
      for (const [name] of members) sources.set(`${key}.${name}`, source);
    }
  }
  return { config, sources };
}
