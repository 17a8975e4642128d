import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

const frame = (sessionId: string): JournalEntry =>
  at({ kind: 'frame', direction: 'in', raw: '{}', binary: false, sessionId, customerId: 'c1' });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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

/** All that one device can leave in a cast's memory. */
function appear(name: string): JournalEntry[] {
  return [
    exchange('Never answered')[0]!,
    ...exchange(name, `session of ${name}`),
    { ...frame(`session of ${name}`), connection: `connection of ${name}` },
  ];
}

describe('the memory of a cast', () => {
  it('does not grow for ever: devices, sessions, connections and requests without an answer give way', async () => {
    const cast = createCast(20);
    cast.add(appear('Sofa'));
    const gone = [new WeakRef(cast.rows[0]!), new WeakRef(cast.rows[1]!.device!)];
    for (let n = 0; n < 50; n += 1) cast.add(appear(`Device ${n}`));
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(gone.map((one) => one.deref())).toEqual([undefined, undefined]);
  });

  it('still knows a device that has said nothing while a few others said much', () => {
    const cast = createCast(20);
    cast.add(exchange('Sofa', 's1'));
    cast.add(exchange('Bed', 's2'));
    for (let n = 0; n < 50; n += 1) cast.add([frame('s2')]);
    cast.add([frame('s1'), ...exchange('Sofa', 's3')]);
    expect(cast.rows.slice(-3).map(({ device }) => device?.name)).toEqual(['Sofa', 'Sofa (2)', 'Sofa (2)']);
  });

  it('gives each device another colour, also when others are forgotten', () => {
    const cast = createCast(4);
    for (let n = 0; n < 50; n += 1) cast.add(exchange(`Device ${n}`, `s${n}`));
    expect(cast.rows.map(({ device }) => device?.color)).toEqual([48, 48, 49, 49]);
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
