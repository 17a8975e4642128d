import { afterEach, expect, it } from 'vitest';
import type { JournalEntry } from '../simulator/journal-entry.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createControlClient } from './control-client.ts';
import { followJournal } from './journal-feed.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const token = 'control-token';

/** A simulator in whose journal stand as many notes as told before anybody can ask. */
async function listen(notes: string[], port?: number): Promise<Simulator> {
  const simulator = createSimulator({ control: { token } });
  for (const text of notes) simulator.journal.write({}, { kind: 'note', text });
  await simulator.listen({ port });
  endings.push(() => simulator.close());
  return simulator;
}

it('begins anew with a simulator that came back and has written more than the one before', async () => {
  const first = await listen(['a', 'b']);
  const port = Number(new URL(first.url).port);
  let shown: JournalEntry[] = [];
  const texts = (): string[] => shown.map((entry) => (entry.kind === 'note' ? entry.text : entry.kind));
  let restarts = 0;
  const feed = followJournal(createControlClient(token, `${first.url}/_drisc`), {
    onEntries: (entries) => void shown.push(...entries),
    onRestart() {
      restarts += 1;
      shown = [];
    },
    onState() {},
  });
  endings.push(() => feed.close());
  await expect.poll(texts).toEqual(['a', 'b']);
  await first.close();
  const second = await listen(['c', 'd', 'e'], port);
  await expect.poll(texts).toEqual(['c', 'd', 'e']);
  second.journal.write({}, { kind: 'note', text: 'f' });
  await expect.poll(texts).toEqual(['c', 'd', 'e', 'f']);
  expect(restarts).toBe(1);
});
