import type { TranscriptEntry } from '../../reports/result.ts';
import type { Bench } from './direct-check.ts';
import { isBrokenAnswer } from './device.ts';

/** How fast a server was seen to be, in milliseconds. */
export interface Tempo {
  /** The longest of several preflights, which take little but the way. */
  readonly roundTrip: number;
  /** How long it takes for what a server sends: an answer, an opening, OK. */
  readonly answer: number;
  /** How long it takes for the close that follows on FINISHED, or for EXPIRED in its place. */
  readonly end: number;
}

/** Nothing is known. */
export const NO_TEMPO: Tempo = { roundTrip: 0, answer: 0, end: 0 };

/** How often each thing is timed, after a first time that opens connections and warms both sides up. */
const TIMES = 3;

/** Times preflights: they are all that a server answers that knows nobody yet. */
export async function timePreflights(bench: Bench): Promise<Tempo> {
  const times = await timeAll(bench, async () => {
    await bench.request('/sessions', { method: 'OPTIONS' }).catch(passOverBrokenAnswer);
  });
  const longest = Math.max(...times.map(({ answer }) => answer));
  return { roundTrip: longest, answer: longest, end: longest };
}

/**
 * Times whole sessions, one after the other, since a preflight may be answered by another than the one that does the
 * work. Gives the median, lest a hiccup slow a whole run down; nothing where a session does not end.
 * @throws {Unmet} where one does not begin.
 */
export async function timeSessions(bench: Bench): Promise<Pick<Tempo, 'answer' | 'end'> | undefined> {
  const { customers } = bench.subject;
  // What a faulty server keeps of these sessions shall not be in the way of what is looked at next.
  const customerId = customers.count > 1 ? await bench.anotherCustomer() : bench.customerId;
  const times = await timeAll(bench, async () => {
    const device = bench.device(`device ${bench.devices.length + 1}`, { customerId });
    await bench.createdBy(device, device.name);
    await bench.connectedBy(device);
    return bench.finish(device);
  });
  if (times.length < TIMES) return undefined;
  return { answer: median(times.map(({ answer }) => answer)), end: median(times.map(({ end }) => end)) };
}

/** Times several goes, but for the first; ends early with one that gives `false`. */
async function timeAll(bench: Bench, go: () => Promise<boolean | void>): Promise<Waits[]> {
  const times: Waits[] = [];
  for (let n = 0; n <= TIMES; n += 1) {
    const before = bench.record.entries.length;
    if ((await go()) === false) break;
    if (n > 0) times.push(timeWaits(bench.record.entries.slice(before)));
  }
  return times;
}

type Waits = Pick<Tempo, 'answer' | 'end'>;

/** The longest times for which nothing happened before something came; what we took our time for does not count. */
function timeWaits(entries: readonly TranscriptEntry[]): Waits {
  const waits = entries.map(({ at, direction, kind }, n) => ({
    wait: direction === 'in' ? at - (entries[n - 1]?.at ?? at) : 0,
    kind,
  }));
  const longest = (some: typeof waits): number => Math.max(0, ...some.map(({ wait }) => wait));
  return { answer: longest(waits.filter(({ kind }) => kind !== 'close')), end: longest(waits) };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** It is not for the first contact to say that an answer broke off. */
function passOverBrokenAnswer(error: unknown): void {
  if (!isBrokenAnswer(error)) throw error;
}

/**
 * The longest time in which a request or REQUESTED got its answer, in milliseconds: in a run several devices load a server
 * that nobody else did at first contact. Pure.
 */
export function longestAnswer(entries: readonly TranscriptEntry[]): number {
  const asked = new Map<string, number>();
  let longest = 0;
  for (const { at, device, kind, label } of entries) {
    const what = `${kind === 'frame' ? 'frame' : 'request'} ${device}`;
    if (kind === 'request' || label === 'REQUESTED') asked.set(what, at);
    if (kind !== 'response' && !ANSWERS.has(label)) continue;
    longest = Math.max(longest, at - (asked.get(what) ?? at));
    asked.delete(what);
  }
  return longest;
}

/** What REQUESTED gets. */
const ANSWERS = new Set(['OK', 'EXPIRED']);
