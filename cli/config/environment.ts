import { configSchema } from '../../simulator/config/config.ts';
import type { DriscConfig } from '../../simulator/config/config.ts';
import { SETTINGS, settingsSchema } from '../../protocol/settings.ts';
import { LIMITS, limitsSchema } from '../../simulator/limits.ts';
import { describeValue, explainIssues } from '../../scenarios/format/problem.ts';
import { suggest } from '../../scenarios/format/nearest.ts';
import { parseDuration } from '../option-parsers.ts';
import { ConfigError } from './config-error.ts';
import type { ConfigProblem } from './config-error.ts';

/** Variables that other commands read. */
const OTHERS = ['DRISC_URL', 'DRISC_CONTROL_TOKEN', 'DRISC_CONFIG'];

/** The variable of each key that can stand in the environment: `DRISC_PORT`, `DRISC_PONG_TIMEOUT`. */
export const VARIABLES: readonly { name: string; path: readonly string[]; unit?: string | undefined }[] = [
  ...['port', 'host', 'lan', 'tls', 'clock', 'seed', 'showTokens'].map((key) => ({
    name: nameVariable(key),
    path: [key],
  })),
  ...Object.entries(SETTINGS).map(([key, { unit }]) => ({
    name: nameVariable(key),
    path: ['settings', key],
    unit,
  })),
  ...Object.entries(LIMITS).map(([key, { unit }]) => ({
    name: nameVariable(key),
    path: ['limits', key],
    unit,
  })),
];

function nameVariable(key: string): string {
  return `DRISC_${key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/**
 * Reads the variables that begin with `DRISC_`.
 * @throws {ConfigError} on one that does not exist, or a value that is wrong
 */
export function readEnvironment(env: NodeJS.ProcessEnv): DriscConfig {
  const config: Record<string, Record<string, unknown>> & Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('DRISC_') || OTHERS.includes(name) || text === undefined) continue;
    const variable = VARIABLES.find((known) => known.name === name);
    if (!variable) {
      const near = suggest(
        name,
        VARIABLES.map((known) => known.name),
      );
      problems.push({ where: name, message: `there is no such variable${near}` });
      continue;
    }
    const [group = '', key] = variable.path;
    const value = readValue(text, variable.unit);
    const schema = key === undefined ? configSchema : key in SETTINGS ? settingsSchema : limitsSchema;
    const parsed = schema.safeParse({ [key ?? group]: value });
    if (!parsed.success) {
      const [problem] = explainIssues(schema, parsed.error, { [key ?? group]: value });
      problems.push({ where: name, message: problem?.message ?? `got ${describeValue(text)}` });
    } else if (key === undefined) config[group] = value as Record<string, unknown>;
    else config[group] = { ...config[group], [key]: value };
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function readValue(text: string, unit: string | undefined): unknown {
  try {
    return unit === 'ms' ? parseDuration(text) : JSON.parse(text);
  } catch {
    return text;
  }
}
