import { z } from 'zod';
import { replayFileSchema } from '../contracts/generate/replay-file.ts';
import { journalEntrySchema } from '../contracts/recording/read-journal.ts';
import { driverCommandSchema, driverEventSchema } from '../protocol/driver-protocol.ts';
import { knownFailingSchema } from '../reports/known-failing.ts';
import { resultSchema } from '../reports/result.ts';
import { buildScenarioJsonSchema } from '../scenarios/format/json-schema.ts';
import { configSchema } from '../simulator/config/config.ts';
import { subjectFileSchema } from './server-subject-options.ts';

/** A format that other programs, or people, write or read. */
export interface PublishedFormat {
  /** Its schema is `schema/NAME.schema.json`. */
  readonly name: string;
  /** What is written in it, and what reads or writes it. */
  readonly about: string;
  /** Its JSON Schema, draft 2020-12. */
  readonly schema: () => z.core.JSONSchema.BaseSchema;
}

/** Every format that has a JSON Schema; the number in a schema's `$id` is the format's version. */
export const PUBLISHED_FORMATS: readonly PublishedFormat[] = [
  {
    name: 'config',
    about: 'the configuration file of drisc serve --config',
    schema: () => z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  },
  {
    name: 'scenario',
    about: 'a scenario, NAME.scenario.yaml, for drisc play and drisc validate',
    schema: buildScenarioJsonSchema,
  },
  {
    name: 'server-subject',
    about: 'the server under test, for drisc test server --subject',
    schema: () => z.toJSONSchema(subjectFileSchema, { io: 'input' }),
  },
  {
    name: 'known-failing',
    about: 'the rules known to be broken, for --known-failing',
    schema: () => z.toJSONSchema(knownFailingSchema, { io: 'input' }),
  },
  {
    name: 'driver-command',
    about: 'a line that drisc writes to a client under test (docs/driver-protocol.md)',
    schema: () => z.toJSONSchema(driverCommandSchema, { io: 'input' }),
  },
  {
    name: 'driver-event',
    about: 'a line that a client under test writes back',
    schema: () => z.toJSONSchema(driverEventSchema, { io: 'input' }),
  },
  {
    name: 'result',
    about: 'the result of a run, --report json, for drisc report',
    schema: () => z.toJSONSchema(resultSchema, { io: 'input' }),
  },
  {
    name: 'replay',
    about: 'a failure that can be played again, for drisc test server --replay',
    schema: () => z.toJSONSchema(replayFileSchema, { io: 'input' }),
  },
  {
    name: 'journal-entry',
    about: 'a line of what was recorded by drisc serve and drisc proxy, for drisc check',
    schema: () => z.toJSONSchema(journalEntrySchema, { io: 'input' }),
  },
];

/** A schema as it is published: with an address and a title of its own. */
export function formatSchema({ name, about, schema }: PublishedFormat): string {
  const head = { $id: `urn:drisckit:${name}:1`, title: `drisckit ${name}`, description: about };
  return `${JSON.stringify({ ...head, ...schema() }, null, 2)}\n`;
}
