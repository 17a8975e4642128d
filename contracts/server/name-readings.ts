import type { Bench } from './direct-check.ts';
import { readAnswer } from './http-answer.ts';

/** Asks for sessions by names on which the documents are silent, one after the other, and notes which are granted. */
export async function observeNames(bench: Bench): Promise<void> {
  await observeAbsence(bench);
  await observeUnit(bench);
}

/** AMB-8: a create without a name, and one whose name is empty. */
async function observeAbsence(bench: Bench): Promise<void> {
  const leftOut = await isGranted(bench, {});
  const empty = await isGranted(bench, { sessionName: '' });
  if (leftOut === undefined || empty === undefined) return;
  if (leftOut === empty) bench.readings.noteSettings({ requireSessionName: !leftOut });
  else bench.readings.note('AMB-8', leftOut ? 'left out: yes; empty: no' : 'left out: no; empty: yes');
}

/**
 * AMB-11: names of characters that have two UTF-16 units each. A limit shows itself by what it just lets pass as well as
 * by what it does not: a server may count bytes, or nothing.
 */
async function observeUnit(bench: Bench): Promise<void> {
  const ask = (length: number) => isGranted(bench, { sessionName: CLAPPER_BOARD.repeat(length) });
  const hundred = await ask(100);
  if (hundred === undefined) return;
  const [most, unit] = hundred ? [100, 'code-points' as const] : [50, 'utf-16' as const];
  const more = await ask(most + 1);
  const passes = hundred || (await ask(most));
  if (more === undefined || passes === undefined) return;
  if (passes && !more) bench.readings.noteSettings({ nameLengthUnit: unit });
  else bench.readings.note('AMB-11', 'neither code points nor UTF-16 units');
}

const CLAPPER_BOARD = '🎬';

/** Whether such a session is granted, or refused for its name; nothing where the answer is about something else. */
async function isGranted(
  bench: Bench,
  name: { readonly sessionName?: string },
): Promise<boolean | undefined> {
  const device = bench.device(`device ${bench.devices.length + 1}`);
  const answer = await device.post('/sessions', { ...name, ...device.choice });
  const read = readAnswer(answer);
  if (read.kind === 'granted') {
    device.endpoint = read.endpoint;
    await bench.finish(device);
    return true;
  }
  // Any 4xx will do, as for every other body; 429 is about the moment.
  const isRefused = read.kind === 'refused' && answer.status >= 400 && answer.status < 500;
  return isRefused && answer.status !== 429 ? false : undefined;
}
