import { expect, it } from 'vitest';
import { DeviceDoor } from './device-door.ts';

const REQUEST = { do: 'start', baseUrl: 'http://127.0.0.1:9', token: 'a.b.c' } as const;
const TRANSPORT = { send() {}, close() {}, cut() {} };

/** A case whose stage lets everybody in, and writes down what reaches it. */
function openCase() {
  const reached: string[] = [];
  let links = 0;
  const stage = {
    answer: async () => ({ kind: 'silent' as const }),
    attempt(url: string) {
      reached.push(`attempt ${url}`);
      links += 1;
      return { kind: 'accept' as const, link: links };
    },
    opened: (link: number) => void reached.push(`opened ${link}`),
    said: (link: number, data: string | Uint8Array) => void reached.push(`said ${link} ${String(data)}`),
    gone: (link: number) => void reached.push(`gone ${link}`),
  };
  return { stage, reached, request: REQUEST };
}

it('sends away who comes late to an earlier case, also once the present case has a connection', () => {
  const [before, present] = [openCase(), openCase()];
  const door = new DeviceDoor();
  door.lead(before);
  expect(door.attempt('ws://before')).toMatchObject({ kind: 'accept' });
  door.lead(present);
  expect(door.attempt('ws://before')).toEqual({ kind: 'refuse', status: 401 });
  expect(door.attempt('ws://present')).toMatchObject({ kind: 'accept' });
  expect(door.attempt('ws://before')).toEqual({ kind: 'refuse', status: 401 });
  expect(present.reached).toEqual(['attempt ws://present']);
});

it('lets a device come back to the case that is under way', () => {
  const present = openCase();
  const door = new DeviceDoor();
  door.lead(present);
  door.attempt('ws://present');
  expect(door.attempt('ws://present')).toMatchObject({ kind: 'accept' });
  expect(present.reached).toEqual(['attempt ws://present', 'attempt ws://present']);
});

it('leads each connection to the case that it was opened in, until it is gone', () => {
  const [before, present] = [openCase(), openCase()];
  const door = new DeviceDoor();
  door.lead(before);
  const old = door.attempt('ws://before');
  door.lead(present);
  if (old.kind !== 'accept') throw new TypeError('expected the first case to let the device in');
  door.opened(old.link, 'ws://before', TRANSPORT);
  door.said(old.link, 'late');
  door.gone(old.link, 1000, '');
  door.said(old.link, 'too late');
  expect(before.reached).toEqual(['attempt ws://before', 'opened 1', 'said 1 late', 'gone 1']);
  expect(present.reached).toEqual([]);
});

it('lets nobody in between two cases', async () => {
  const door = new DeviceDoor();
  expect(door.attempt('ws://before')).toEqual({ kind: 'refuse', status: 401 });
  const asked = { method: 'POST', url: 'http://127.0.0.1:9/v1', headers: {}, body: '' };
  expect(await door.answer(asked)).toMatchObject({ status: 503 });
});
