import { explainSilence } from './device.ts';
import { Bench } from './direct-check.ts';
import { assumeHabits } from './habits.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { ServerSubject } from './server-subject.ts';
import { NO_TEMPO } from './tempo.ts';
import { beginVisit } from './visit.ts';

/** One step of the first contact: what was tried, whether it worked and, where it did not, the likeliest cause. */
export interface SmokeStep {
  readonly title: string;
  readonly works: boolean;
  /** What came. */
  readonly detail: string;
  readonly cause?: string;
}

/**
 * Makes first contact with a server: is it there, does it take our token, does a session start and end. Stops at the
 * first step that does not work, since the others would fail for the same reason.
 * @throws {Inconclusive} when `signal` aborts; the session it has made is ended before.
 */
export async function smokeServer(subject: ServerSubject, signal?: AbortSignal): Promise<SmokeStep[]> {
  const customerId = await subject.customers.take();
  const bench = new Bench('', subject, assumeHabits(subject, NO_TEMPO), customerId, {
    visit: beginVisit(signal),
  });
  const steps: SmokeStep[] = [];
  try {
    for (const attempt of [reach, authorise, connect, grant, finish]) {
      const step = await attempt(bench);
      steps.push(step);
      if (!step.works) break;
    }
  } finally {
    await bench.close();
    subject.customers.giveBack(customerId);
  }
  return steps;
}

async function reach(bench: Bench): Promise<SmokeStep> {
  const title = `something answers at ${bench.subject.url}/sessions`;
  try {
    const answer = await bench.request('/sessions', { method: 'OPTIONS' });
    const works = answer.status !== 404;
    const cause = 'The address leads to another service, or lacks a path before /sessions.';
    return { title, works, detail: describeAnswer(answer), ...(works ? {} : { cause }) };
  } catch (error) {
    const cause = 'The server is down, the port or host is wrong, or a proxy or firewall stands between.';
    return { title, works: false, detail: explainSilence(error), cause };
  }
}

/** The first device of the bench goes through all of it. */
const DEVICE = 'phone';

async function authorise(bench: Bench): Promise<SmokeStep> {
  const device = bench.device(DEVICE);
  const answer = await bench.triedBy(device, 'first contact');
  const works = device.endpoint !== undefined;
  const detail = describeAnswer(answer).replace(/token=[^"&]+/, 'token=•••');
  return {
    title: 'a session is granted',
    works,
    detail,
    ...(works ? {} : { cause: explainRefusal(bench, answer) }),
  };
}

function explainRefusal({ subject }: Bench, answer: HttpAnswer): string {
  const read = readAnswer(answer);
  if (answer.status === 401) {
    return `The token is not accepted: is ${JSON.stringify(subject.publisherId)} the publisher, and the secret its own?`;
  }
  if (read.kind === 'disabled') return 'DRISC is switched off for this publisher: nothing can be judged.';
  if (read.kind === 'limit-reached')
    return 'The pool of a new customer is full: is the limit of this offer 0?';
  if (answer.status === 404)
    return `The offer ${JSON.stringify(subject.offers[0])} is not known to this publisher.`;
  if (answer.status >= 500) return 'The server fails on a plain request; its log knows more.';
  return 'Expected 200 with an "endpoint", or a JSON error with "code" and "message" (PROTOCOL.md, section 3).';
}

async function connect(bench: Bench): Promise<SmokeStep> {
  const device = bench.devices[0]!;
  const { host } = URL.canParse(device.endpoint!) ? new URL(device.endpoint!) : { host: device.endpoint };
  const wire = await device.open(bench.habits.patience);
  const works = wire.state === 'open';
  const detail = works ? 'open' : wire.status === undefined ? 'no connection' : `refused with ${wire.status}`;
  const cause = `The endpoint leads to ${host}: can it be reached from here, and does a proxy let WebSockets pass?`;
  return { title: 'the endpoint opens', works, detail, ...(works ? {} : { cause }) };
}

async function grant(bench: Bench): Promise<SmokeStep> {
  const wire = bench.devices[0]!.wire!;
  wire.sendAction('REQUESTED');
  const works = Boolean(await bench.hears(wire, 'OK'));
  const came = wire.frames.find(({ taken }) => !taken)?.entry.raw;
  const detail = works ? 'OK' : (came ?? `nothing in ${bench.habits.patience} ms`);
  const cause =
    'The server does not know its own session, or answers elsewhere: is it one of several without a shared store?';
  return { title: 'REQUESTED gets OK', works, detail, ...(works ? {} : { cause }) };
}

async function finish(bench: Bench): Promise<SmokeStep> {
  const device = bench.devices[0]!;
  await bench.finish(device);
  const again = bench.device('tv');
  const answer = await bench.triedBy(again, 'second contact');
  const works = again.endpoint !== undefined;
  const detail = describeAnswer(answer).replace(/token=[^"&]+/, 'token=•••');
  const cause = 'FINISHED does not free the slot at once.';
  return { title: 'after FINISHED another session is granted', works, detail, ...(works ? {} : { cause }) };
}
