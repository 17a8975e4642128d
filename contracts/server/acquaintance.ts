import { OTHER_OFFER } from '../generate/conversation.ts';
import { redact } from '../../simulator/redact.ts';
import { Bench } from './direct-check.ts';
import { isSilence } from './device.ts';
import type { Device } from './device.ts';
import { assumeHabits } from './habits.ts';
import type { Habits } from './habits.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { ReadAnswer } from './http-answer.ts';
import type { ServerSubject } from './server-subject.ts';
import { measurePongDeadline } from './pong-deadline.ts';
import { observeNames } from './name-readings.ts';
import type { Measured } from './readings.ts';
import { NO_TEMPO, timePreflights, timeSessions } from './tempo.ts';
import type { Tempo } from './tempo.ts';
import { Unmet, Violation } from './violation.ts';
import type { Visit } from './visit.ts';
import type { Wire } from './wire.ts';

/** What the first contact with a server showed. */
export interface Acquaintance {
  readonly habits: Habits;
  /** What kept the first contact from being whole; the checks will say what it means. */
  readonly trouble?: string | undefined;
}

/** How long to look for a habit that may be absent, in milliseconds. */
const LOOK = 300;

/**
 * Meets a server once, before any check: how fast it is, and what it does where the documents leave a choice, which the
 * visit's readings keep. Judges nothing; where the server does not get so far, what the documents assume stands.
 * @throws {Inconclusive} when the run is broken off meanwhile.
 */
export async function makeAcquaintance(
  subject: ServerSubject,
  customerId: string,
  visit: Visit,
): Promise<Acquaintance> {
  const measured: Measured = {};
  const enter = (tempo: Tempo): Bench =>
    new Bench('', subject, assumeHabits(subject, tempo, measured), customerId, { visit });
  let tempo = await timePreflights(enter(NO_TEMPO));
  const silence = await stay(enter(tempo), async (bench) => {
    const { answer = 0, end = 0 } = (await timeSessions(bench)) ?? {};
    tempo = { ...tempo, answer: Math.max(tempo.answer, answer), end: Math.max(tempo.end, end) };
  });
  // Where not even one session begins, there is nothing else to be seen.
  const trouble = silence ?? (await stay(enter(tempo), (bench) => observe(bench, measured)));
  let unknownDeadline: string | undefined;
  if (subject.pongTimeout === 'auto') {
    const failed = await stay(enter(tempo), async (bench) => {
      const deadline = await measurePongDeadline(bench);
      if ('unknown' in deadline) unknownDeadline = deadline.unknown;
      else measured.pongTimeout = deadline.milliseconds;
    });
    unknownDeadline ??= failed;
  }
  visit.readings.noteSettings(measured);
  // Where not even an ordinary name gets a session, a refusal says nothing of the name.
  if (trouble === undefined) await stay(enter(tempo), observeNames);
  const habits = { ...assumeHabits(subject, tempo, measured), unknownDeadline };
  return { habits, trouble };
}

/** Has a look at a server, and leaves; gives what kept it from being whole. */
async function stay(bench: Bench, look: (bench: Bench) => Promise<void>): Promise<string | undefined> {
  try {
    await look(bench);
    return undefined;
  } catch (error) {
    if (!(error instanceof Violation || error instanceof Unmet || isSilence(error))) throw error;
    return redact(error.message);
  } finally {
    await bench.close();
  }
}

async function observe(bench: Bench, measured: Measured): Promise<void> {
  const devices = await bench.fill();
  const [first] = devices;
  if (!first?.wire) return;
  await observeScope(bench, first.wire, measured);
  const late = bench.device('late');
  const list = await observeRefusal(bench, late, first, measured);
  await observeTerminate(bench, first, measured);
  await observeFinish(bench, first, measured);
  await observeTakeoverBelowLimit(bench, late, list, devices[1], measured);
}

/** AMB-4: whether a create at the subject's second offer, where there is one, pings the sessions at the first. */
async function observeScope(bench: Bench, wire: Wire, measured: Measured): Promise<void> {
  const [, second] = bench.subject.offers;
  if (second === undefined) return;
  await overhear(bench, wire);
  const laptop = bench.device(OTHER_OFFER);
  const answer = await laptop.post('/sessions', { sessionName: OTHER_OFFER, offerId: second });
  const read = readAnswer(answer);
  if (read.kind !== 'granted') throw bench.violation('a session at the second offer', describeAnswer(answer));
  laptop.endpoint = read.endpoint;
  await bench.connectedBy(laptop);
  measured.pingScope = (await hearsPing(bench, wire)) ? 'customer' : 'pool';
}

async function observeRefusal(
  bench: Bench,
  late: Device,
  first: Device,
  measured: Measured,
): Promise<ReadAnswer | undefined> {
  await overhear(bench, first.wire!);
  const answer = await late.create('late');
  const read = readAnswer(answer);
  if (read.kind === 'granted') late.endpoint = read.endpoint;
  if (read.kind !== 'limit-reached') {
    throw new Unmet(
      `The limit is not reached with ${bench.subject.limit} sessions: ${describeAnswer(answer)}`,
    );
  }
  if (answer.status >= 400 && answer.status < 500) measured.limitStatus = answer.status;
  measured.pingOnRefusedCreate = await hearsPing(bench, first.wire!);
  return read;
}

/** Lets the PINGs of earlier creates come, so that none is taken for one of the next. */
async function overhear(bench: Bench, wire: Wire): Promise<void> {
  wire.sendAction('REQUESTED');
  await bench.hears(wire, 'OK');
  await bench.settle();
  for (const frame of wire.frames) frame.taken = true;
}

/** What was sent before OK arrives before OK: asking again tells a late PING from none. */
async function hearsPing(bench: Bench, wire: Wire): Promise<boolean> {
  if (await bench.hears(wire, 'PING', LOOK + 3 * bench.habits.tempo.answer)) return true;
  wire.sendAction('REQUESTED');
  await bench.hears(wire, 'OK');
  return Boolean(await bench.hears(wire, 'PING', 0));
}

/** AMB-10: takes over the session of another device while a slot is free. */
async function observeTakeoverBelowLimit(
  bench: Bench,
  late: Device,
  list: ReadAnswer | undefined,
  victim: Device | undefined,
  measured: Measured,
): Promise<void> {
  if (!bench.subject.takeover || list?.kind !== 'limit-reached' || !victim) return;
  const session = list.activeSessions?.find(({ name }) => name === victim.name);
  if (!session) return;
  const answer = await late.takeOver('late', session.sessionId);
  const read = readAnswer(answer);
  // Not found is no refusal in principle.
  if (answer.status !== 404) measured.takeoverBelowLimit = read.kind === 'granted';
  if (read.kind === 'granted') late.endpoint = read.endpoint;
}

async function observeTerminate(bench: Bench, device: Device, measured: Measured): Promise<void> {
  const old = device.wire!;
  await device.open(bench.habits.patience);
  const early = await bench.hears(old, 'TERMINATE', LOOK + 3 * bench.habits.tempo.answer);
  measured.terminateOn = early ? 'connected' : 'requested';
}

async function observeFinish(bench: Bench, device: Device, measured: Measured): Promise<void> {
  const wire = device.wire!;
  wire.sendAction('REQUESTED');
  if (!(await bench.hears(wire, 'OK'))) return;
  wire.sendAction('FINISHED');
  measured.closeAfterFinished = await closes(bench, wire);
  const back = await device.open(bench.habits.patience);
  back.sendAction('REQUESTED');
  if (await bench.hears(back, 'EXPIRED')) measured.closeAfterExpired = await closes(bench, back);
  device.endpoint = undefined;
}

async function closes(bench: Bench, wire: Wire): Promise<boolean> {
  const within = LOOK + 3 * bench.habits.tempo.end;
  return Boolean(await bench.record.until(() => (wire.state === 'closed' ? true : undefined), within));
}
