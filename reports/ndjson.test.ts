import { describe, expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import { renderJson } from './json.ts';
import { createResultWriter, readNdjson, renderNdjson } from './ndjson.ts';
import { readResult } from './read-result.ts';
import { resultSchema } from './result.ts';
import { overallVerdict } from './verdict.ts';

describe('a result as lines', () => {
  it.each([conformingServer(), faultyServer(), faultyClient()])('comes back as it was', (result) => {
    expect(readNdjson(renderNdjson(result), 'run.ndjson')).toEqual(result);
    expect(readResult(renderNdjson(result), 'run.ndjson')).toEqual(result);
    expect(readResult(renderJson(result), 'run.json')).toEqual(result);
  });

  it('is a valid partial result wherever a crash cuts it', () => {
    const text = renderNdjson(faultyServer());
    const header = text.indexOf('\n') + 1;
    const end = text.lastIndexOf('\n', text.length - 2) + 1;
    const step = Math.max(1, Math.floor((end - header) / 200));
    for (let length = header; length < end; length += step) {
      const partial = readNdjson(text.slice(0, length), 'run.ndjson');
      expect(resultSchema.parse(partial)).toEqual(partial);
      expect(partial.complete).toBe(false);
      const whole = text.slice(0, length).split('\n').length - 2;
      expect(partial.rules.length).toBeGreaterThanOrEqual(whole);
    }
    const none = readNdjson(text.slice(0, header), 'run.ndjson');
    expect(overallVerdict(none)).toBe('interrupted');
  });

  it('takes the last word on a rule that was written twice', () => {
    const lines: string[] = [];
    const { version, tool, kind, subject, startedAt, rules } = conformingServer();
    const writer = createResultWriter({ version, tool, kind, subject, startedAt }, (line) =>
      lines.push(line),
    );
    const [rule] = rules;
    writer.rule({ ...rule!, verdict: 'fail' }, 10);
    writer.rule(rule!, 25);
    const result = readNdjson(lines.join(''), 'run.ndjson');
    expect(result.rules).toEqual([rule]);
    expect(result.duration).toBe(25);
  });
});

describe('reading a result', () => {
  it.each([
    ['', /^r\.json: expected a result, got an empty file/],
    ['{"version":9}', /^r\.json: expected a result of version 1, got version 9/],
    ['[1,2]', /^r\.json: expected a result of version 1, got version undefined/],
    ['{', /^r\.json: expected JSON/],
    ['{"version":1}', /^r\.json: not a result: [\s\S]*rules/],
    ['{"type":"rule"}\n', /^r\.json:1: no line of a result/],
    ['{"type":"header"\n{}\n', /^r\.json:1: expected a line of JSON/],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readResult(text, 'r.json')).toThrow(message);
  });

  it('does not take rules without a header for a result', () => {
    const [, ...rest] = renderNdjson(conformingServer()).split('\n');
    expect(() => readResult(rest.join('\n'), 'r.ndjson')).toThrow(
      'r.ndjson:1: expected the header of a result',
    );
  });
});
