import { XmlDocument } from 'libxml2-wasm';
import type { XmlElement } from 'libxml2-wasm';
import { expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer, HOSTILE } from './fixtures.ts';
import { renderJunit } from './junit.ts';
import { printable } from './printable.ts';
import type { Result } from './result.ts';

interface Case {
  classname: string;
  /** `failure`, `error`, `skipped`, or none where it passed. */
  kind?: string;
  message?: string;
  text?: string;
}

/** Reads the report with libxml2, which is not what wrote it. */
function read<Read>(result: Result, options: object, reader: (document: XmlDocument) => Read): Read {
  const document = XmlDocument.fromString(renderJunit(result, options));
  try {
    return reader(document);
  } finally {
    document.dispose();
  }
}

function caseOf(result: Result, name: string, options = {}): Case {
  return read(result, options, (document) => {
    const element = document.get(`//testcase[@name="${name}"]`) as XmlElement;
    const child = element.get('*') as XmlElement | null;
    return {
      classname: element.attr('classname')!.value,
      ...(child && { kind: child.name, message: child.attr('message')!.value, text: child.content }),
    };
  });
}

it('names each case by its rule, in name and class', () => {
  const found = caseOf(faultyServer(), 'server/limit/list-active-sessions');
  expect(found).toMatchObject({
    classname: 'drisc.server.limit.list-active-sessions',
    kind: 'failure',
    message: 'The refusal lists a session of another customer.',
    text: expect.stringContaining('> +   11 ms  laptop ← 403 LimitExceeded'),
  });
});

it('tells a failure from an error from a case that was not exercised', () => {
  expect(caseOf(faultyClient(), 'client/takeover/no-way-back').kind).toBe('failure');
  expect(caseOf(faultyClient(), 'client/ping/answer').kind).toBe('error');
  expect(caseOf(faultyServer(), 'server/ping/control-frames-do-not-count').kind).toBe('skipped');
  expect(caseOf(faultyServer(), 'server/takeover/disabled').message).toMatch(/^not-applicable: No publisher/);
  expect(caseOf(conformingServer(), 'server/limit/answer-at-once').message).toMatch(/^inconclusive: /);
  expect(caseOf(conformingServer(), 'server/limit/refuse-above-limit').kind).toBeUndefined();
});

it('takes a SHOULD for a failure only when told', () => {
  const id = 'server/limit/answer-at-once';
  expect(caseOf(faultyServer(), id).kind).toBeUndefined();
  expect(caseOf(faultyServer(), id, { failOn: 'should' }).kind).toBe('failure');
});

it('counts what it holds', () => {
  read(faultyServer(), {}, (document) => {
    const suites = document.find('//testsuite') as XmlElement[];
    expect(suites).toHaveLength(7);
    for (const suite of suites) {
      const counts = { tests: 'testcase', failures: '*/failure', errors: '*/error', skipped: '*/skipped' };
      for (const [attribute, path] of Object.entries(counts)) {
        expect(suite.attr(attribute)?.value).toBe(String(suite.find(path).length));
      }
    }
  });
});

it('gives hostile texts back as they were, but for what XML cannot hold', () => {
  const { text } = caseOf(faultyClient(), 'client/takeover/no-way-back');
  expect(text).toContain(`came: ${printable(HOSTILE)}\n`);
});

it('is no success where the run broke off or exercised nothing', () => {
  const name = 'the run reaches a verdict';
  expect(caseOf(conformingServer(), name).kind).toBeUndefined();
  expect(caseOf({ ...conformingServer(), complete: false }, name).kind).toBe('error');
  expect(caseOf({ ...conformingServer(), rules: [] }, name).kind).toBe('error');
});
