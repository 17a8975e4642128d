import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createJournal } from './journal.ts';
import type { JournalEvent, JournalSubject } from './journal.ts';

const long = 'x'.repeat(2_000);
const headers = {};
const nobody = {};

/** Every place in which a stranger, or a fault, can leave a long text. */
const LONG: { [what: string]: [JournalSubject, JournalEvent] } = {
  'the URL of a request': [
    nobody,
    { kind: 'request', exchange: 'x', method: 'POST', url: long, headers, body: '' },
  ],
  'the method of a request': [
    nobody,
    { kind: 'request', exchange: 'x', method: long, url: '/', headers, body: '' },
  ],
  'a header': [nobody, { kind: 'response', exchange: 'x', status: 200, headers: { a: long }, body: '' }],
  'a body': [nobody, { kind: 'response', exchange: 'x', status: 200, headers, body: long }],
  'the URL of a refused upgrade': [
    nobody,
    { kind: 'refused-upgrade', url: long, status: 404, message: 'no' },
  ],
  'the message of a refused upgrade': [
    nobody,
    { kind: 'refused-upgrade', url: '/', status: 404, message: long },
  ],
  'the URL of a connection': [nobody, { kind: 'open', url: long, headers }],
  'a frame': [nobody, { kind: 'frame', direction: 'in', raw: long, binary: false }],
  'the action of a frame': [
    nobody,
    { kind: 'frame', direction: 'out', raw: '', binary: false, action: long },
  ],
  'the reason of a close': [nobody, { kind: 'close', by: 'client', code: 1000, reason: long }],
  'a note': [nobody, { kind: 'note', text: long }],
  'the id of a customer': [{ customerId: long }, { kind: 'ended', reason: 'finished' }],
};

describe('the size of a journal', () => {
  it.each(Object.keys(LONG))('is bounded, whatever is long: %s', (what) => {
    const journal = createJournal({
      instance: 'j',
      clock: createVirtualClock(),
      capacity: 10_000,
      characters: 50_000,
    });
    for (let written = 0; written < 200; written += 1) journal.write(...LONG[what]!);
    const kept = journal.entries();
    expect(JSON.stringify(kept).length).toBeLessThan(50_000);
    expect(kept.length).toBeGreaterThan(15);
    expect(kept.at(-1)?.seq).toBe(200);
  });
});
