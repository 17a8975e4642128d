import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../simulator/journal-entry.ts';
import { createCast } from './cast.ts';
import { layOutLanes, occupantAt } from './lanes.ts';

let seq = 0;
const at = (entry: object): JournalEntry => ({ seq: (seq += 1), at: 0, ...entry }) as JournalEntry;

function exchange(name: string, sessionId?: string, customerId = 'c1'): JournalEntry[] {
  const id = `x${(seq += 1)}`;
  const body = JSON.stringify({ sessionName: name });
  return [
    at({ kind: 'request', exchange: id, method: 'POST', url: 'http://h/sessions', headers: {}, body }),
    at({
      kind: 'response',
      exchange: id,
      status: sessionId ? 200 : 403,
      headers: {},
      body: '',
      customerId,
      sessionId,
    }),
  ];
}

const ended = (sessionId: string): JournalEntry =>
  at({ kind: 'ended', reason: 'finished', sessionId, customerId: 'c1' });

describe('the cast', () => {
  it('tells who sent a request by its answer', () => {
    const cast = createCast();
    const [request, response] = exchange('Sofa', 's1');
    cast.add([request!]);
    expect(cast.rows[0]?.device).toBeUndefined();
    cast.add([response!]);
    expect(cast.rows.map(({ device }) => device?.name)).toEqual(['Sofa', 'Sofa']);
  });

  it('knows a device that begins another session, and tells two of one name apart', () => {
    const cast = createCast();
    cast.add([...exchange('Sofa', 's1'), ended('s1'), ...exchange('Sofa', 's2'), ...exchange('Sofa', 's3')]);
    expect(cast.rows.map(({ device }) => device?.name)).toEqual([
      ...Array.from({ length: 5 }, () => 'Sofa'),
      'Sofa (2)',
      'Sofa (2)',
    ]);
  });

  it('keeps the newest rows', () => {
    const cast = createCast(3);
    cast.add([...exchange('A', 's1'), ...exchange('B', 's2')]);
    expect(cast.rows.map(({ device }) => device?.name)).toEqual(['A', 'B', 'B']);
  });
});

describe('the lanes', () => {
  it('give a lane that a device has left to the next one, but not that of a device that lives', () => {
    const cast = createCast();
    cast.add([...exchange('A', 'a'), ...exchange('B', 'b'), ended('b'), ...exchange('C', 'c')]);
    const { spans, laneOf } = layOutLanes(cast.rows);
    expect([...laneOf].map(([{ name }, lane]) => `${name} ${lane}`)).toEqual(['A 0', 'B 1', 'C 1']);
    expect(occupantAt(spans[0]!, 6)?.name).toBe('A');
    expect([1, 2, 4, 5].map((row) => occupantAt(spans[1]!, row)?.name)).toEqual([undefined, 'B', 'B', 'C']);
  });
});
