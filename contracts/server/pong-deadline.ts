import type { Device } from './device.ts';
import type { Bench } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';
import type { Wire } from './wire.ts';

/** How long a server lets a session be mute, as it was seen; or why that could not be seen. */
export type PongDeadline = { readonly milliseconds: number } | { readonly unknown: string };

/** How long to watch a mute session, in milliseconds. */
const AT_MOST = 20_000;
/** How often to look whether it is still there, in milliseconds. */
const EVERY = 100;

/**
 * Measures the deadline of PONG (AMB-6): one session of a full pool stays mute, and creates ask for its slot until one is
 * granted, or the list lacks it.
 */
export async function measurePongDeadline(bench: Bench): Promise<PongDeadline> {
  try {
    const mute = bench.device('mute');
    await bench.createdBy(mute, mute.name);
    const wire = await bench.connectedBy(mute);
    wire.answersPing = false;
    await bench.fill(bench.subject.limit - 1);
    return await watch(bench, mute, wire);
  } catch (error) {
    if (error instanceof Unmet) return { unknown: error.message };
    throw error;
  }
}

async function watch(bench: Bench, mute: Device, wire: Wire): Promise<PongDeadline> {
  const { record, habits } = bench;
  const end = record.now() + AT_MOST;
  let alive = record.now();
  let closed: number | undefined;
  while (record.now() < end) {
    const asked = record.now();
    const isThere = await isListed(bench, mute);
    const ping = wire.frames.find(({ message }) => message?.action === 'PING');
    if (!isThere && !ping) return { unknown: 'A session was removed that had got no PING.' };
    if (!isThere && ping) {
      // A close is seen at once, what a create says only when it is asked.
      const gone = closed !== undefined && closed >= alive ? closed : (alive + asked) / 2;
      return { milliseconds: Math.max(1, Math.round(gone - ping.at)) };
    }
    alive = asked;
    if (!ping && record.now() - end + AT_MOST > habits.patience)
      return { unknown: 'A connected session got no PING, neither upon a create nor upon a refused one.' };
    const isOpen = closed === undefined;
    await record.until(() => (isOpen && wire.state === 'closed' ? true : undefined), EVERY);
    if (isOpen && wire.state === 'closed') closed = record.now();
  }
  return { unknown: `A session that does not answer was still there after ${AT_MOST / 1000} s.` };
}

/** Whether the pool is still full with this device's session among its own. */
async function isListed(bench: Bench, { name }: Device): Promise<boolean> {
  const answer = await bench.triedBy(bench.device('late'), 'late');
  const read = readAnswer(answer);
  if (read.kind === 'granted') return false;
  if (read.kind !== 'limit-reached')
    throw new Unmet(`A create at the limit is answered with ${describeAnswer(answer)}`);
  return read.activeSessions?.some((session) => session.name === name) ?? true;
}
