import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { SETTINGS } from '../protocol/settings.ts';
import type { SettingName, Settings } from '../protocol/settings.ts';
import { parseDuration } from './option-parsers.ts';

const NAMES = Object.keys(SETTINGS) as SettingName[];

/** Adds an option for every setting of the simulator, from the one table that describes them. */
export function addSettingOptions(command: Command): Command {
  for (const name of NAMES) command.addOption(settingOption(name));
  return command;
}

function settingOption(name: SettingName): Option {
  const { description, unit, default: fallback, mark, clause } = SETTINGS[name];
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const placeholder = unit === 'ms' ? 'duration' : (unit ?? 'value').replaceAll(' ', '-');
  const shown = unit === 'ms' ? `${fallback} ms` : String(fallback);
  return new Option(`--${flag} <${placeholder}>`, `${description} Default: ${shown}. [${mark}, ${clause}]`)
    .argParser((text) => parseSetting(name, text))
    .helpGroup('Settings (PROTOCOL.md, section 6):');
}

function parseSetting(name: SettingName, text: string): unknown {
  const { schema, unit } = SETTINGS[name];
  const value = unit === 'ms' ? parseDuration(text) : readLiteral(text);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? 'It is not a valid value'}.`);
}

function readLiteral(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Takes the settings out of a command's options. */
export function pickSettings(options: Record<string, unknown>): Partial<Settings> {
  return Object.fromEntries(
    NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}
