import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { libraryFile, listLibraryNames } from '../library.ts';
import { buildScenarioJsonSchema } from './json-schema.ts';

const BROKEN = new URL('broken/', import.meta.url);
/** What only the parser can know: that it is no YAML, who the actors are, what the words of a ban mean. */
const BEYOND_A_SCHEMA = ['not-yaml', 'unknown-actor', 'unsound'];

describe('the JSON Schema of a scenario', () => {
  const check = new Ajv2020.default({ strict: false, formats: { base64: true } }).compile(
    buildScenarioJsonSchema() as object,
  );

  it('accepts the whole library', async () => {
    for (const name of await listLibraryNames()) {
      const valid = check(parse(await readFile(libraryFile(name), 'utf8')));
      expect({ name, valid, errors: check.errors }).toEqual({ name, valid: true, errors: null });
    }
  });

  it('refuses what the parser refuses, as far as a schema can know it', () => {
    const files = readdirSync(BROKEN).filter((file) => file.endsWith('.yaml'));
    const taken = files
      .map((file) => file.replace('.scenario.yaml', ''))
      .filter((name) => !BEYOND_A_SCHEMA.includes(name))
      .filter((name) => check(parse(readFileSync(new URL(`${name}.scenario.yaml`, BROKEN), 'utf8'))));
    expect(taken).toEqual([]);
  });
});
