import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator.ts';
import type { Simulator } from '../simulator.ts';
import { streamJournal } from './journal-stream.ts';

/** More than may wait for a slow reader. */
const MANY = 12_000;

function createNoted(count: number): Simulator {
  const simulator = createSimulator({ control: { token: 'control-token' } });
  for (let note = 1; note <= count; note += 1) simulator.journal.write({}, { kind: 'note', text: `${note}` });
  return simulator;
}

function open({ journal }: Simulator, after?: number): ReadableStreamDefaultReader<string> {
  const { signal } = new AbortController();
  const { body } = streamJournal(journal, { match: () => true, after, signal });
  return body!.pipeThrough(new TextDecoderStream()).getReader();
}

/** The ids of the next events of a stream; fewer than told where it ends. */
async function readIds(reader: ReadableStreamDefaultReader<string>, count: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    ids.push(...Array.from(value.matchAll(/^id: (\d+)$/gm), ([, id]) => Number(id)));
  }
  return ids;
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('the stream of the journal', () => {
  it('gives a reader all that is kept, however much that is, and then what comes', async () => {
    const simulator = createNoted(MANY);
    const reader = open(simulator, 0);
    simulator.journal.write({}, { kind: 'note', text: 'one more' });
    expect(await readIds(reader, MANY + 1)).toEqual(upTo(MANY + 1));
    const next = readIds(reader, 1);
    simulator.journal.write({}, { kind: 'note', text: 'another' });
    expect(await next).toEqual([MANY + 2]);
  });

  it('ends for a reader who takes nothing while very much comes, and for no other', async () => {
    const simulator = createNoted(0);
    const [slow, quick] = [open(simulator), open(simulator)];
    const quickly = readIds(quick, MANY);
    for (let written = 0; written < MANY; written += 1) {
      simulator.journal.write({}, { kind: 'note', text: 'x' });
      if (written % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await quickly).toEqual(upTo(MANY));
    const taken = await readIds(slow, MANY);
    expect(taken.length).toBeLessThan(100);
    expect(taken).toEqual(upTo(taken.length));
  });

  it.each([
    ['goes on behind the event that a reader had last', '4', 5],
    ['begins anew for a reader who had events of another journal', '4711', 1],
    ['takes no notice of an id that is none', 'x', 3],
  ])('%s', async (_, lastEventId, first) => {
    await using simulator = createNoted(6);
    await simulator.listen();
    const headers = { authorization: 'Bearer control-token', 'last-event-id': lastEventId };
    const answer = await fetch(`${simulator.url}/_drisc/journal/stream?after=2`, { headers });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(await readIds(reader, 7 - first)).toEqual(upTo(6, first));
    await reader.cancel();
  });
});
