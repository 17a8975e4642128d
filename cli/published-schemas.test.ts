import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { formatReplayFile } from '../contracts/generate/replay-file.ts';
import { formatReplayToken } from '../contracts/generate/replay-token.ts';
import { faultyServer } from '../reports/fixtures.ts';
import { suggestKnownFailing } from '../reports/known-failing.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { parse } from 'yaml';
import { formatSchema, PUBLISHED_FORMATS } from './published-schemas.ts';

const folder = join(import.meta.dirname, '../schema');

/** What a validator that is not ours says of a value; empty where it fits. */
async function faults(name: string, value: unknown): Promise<unknown[]> {
  const ajv = new Ajv2020.default({ strict: false, allErrors: true, formats: { base64: true } });
  addFormats.default(ajv);
  const check = ajv.compile(JSON.parse(await readFile(join(folder, `${name}.schema.json`), 'utf8')));
  check(value);
  return check.errors ?? [];
}

describe('the published JSON Schemas', () => {
  it.each(PUBLISHED_FORMATS)('$name stands in schema/ as it is in the code', async (format) => {
    await expect(formatSchema(format)).toMatchFileSnapshot(join(folder, `${format.name}.schema.json`));
  });

  it('take what drisc writes: a journal, a replay file, known failures', async () => {
    await using simulator = createSimulator();
    const url = await simulator.listen();
    await fetch(`${url}/sessions`, { method: 'POST', body: '{}' });
    const entries = simulator.journal.entries();
    expect(entries.map(({ kind }) => kind)).toEqual(['request', 'response']);
    for (const entry of entries)
      expect(await faults('journal-entry', JSON.parse(JSON.stringify(entry)))).toEqual([]);

    const { rules } = faultyServer();
    const token = formatReplayToken({ side: 'server', check: 'a' });
    const files = rules.flatMap(({ id, failures }) =>
      failures.flatMap(
        (failure) => formatReplayFile(id, 'a', { ...failure, replay: { token, command: '' } }) ?? [],
      ),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(await faults('replay', JSON.parse(file))).toEqual([]);
    expect(await faults('known-failing', parse(suggestKnownFailing(faultyServer())))).toEqual([]);
  });

  it.each([
    ['config', { ofers: [] }, {}],
    ['server-subject', { url: 'http://a.example', pongTimeout: 'soon' }, { pongTimeout: '900ms' }],
    ['known-failing', [{ rule: 'a' }], [{ rule: 'a', reason: 'b', expires: '2027-01-31' }]],
    ['driver-command', { do: 'start' }, { do: 'start', baseUrl: 'http://127.0.0.1:1', token: 'a', tag: 'b' }],
    ['driver-event', { event: 'playback' }, { event: 'playback', playing: true, since: 1 }],
    ['journal-entry', { kind: 'frame' }, { kind: 'note', at: 1, text: 'a' }],
  ])('%s refuses what is wrong, and takes what is right', async (name, wrong, right) => {
    expect(await faults(name, right)).toEqual([]);
    expect(await faults(name, wrong)).not.toEqual([]);
  });
});
