import type { Bench, DirectCheck } from './direct-check.ts';
import type { Device } from './device.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { ServerSubject } from './server-subject.ts';
import { Unmet } from './violation.ts';
import type { Violation } from './violation.ts';
import type { Wire } from './wire.ts';

/** How often TAKE_OVER must come late before the server is to blame, and not the network. */
const ROUNDS = 3;

/** A TAKE_OVER that is late by less than this, in milliseconds, may have been sent first. */
const LEAST_LATENESS = 40;

/** How many sessions a pool of unknown limit is filled with at most. */
const MOST = 12;

export const takeoverChecks: readonly DirectCheck[] = [
  {
    // 3.26 The server MUST answer 404 …, and change nothing, when the victim does not exist.
    rule: 'server/takeover/unknown-session',
    lacks: lacksTakeover,
    async run(bench) {
      const [first] = await bench.fill();
      const device = bench.device('tv');
      const unknown = await device.takeOver('tv', '00000000-0000-4000-8000-000000000000');
      expectNotFound(bench, device, unknown, 'a session that never was');
      const ended = await idOf(bench, first!.name);
      if (!(await bench.finish(first!))) throw new Unmet('It needs a session that FINISHED ends');
      expectNotFound(bench, device, await device.takeOver('tv', ended), 'a session that has ended');
    },
  },
  {
    // 3.27 A session of another customer … MUST be treated as not existing.
    rule: 'server/takeover/foreign-session',
    lacks: lacksTakeover,
    async run(bench) {
      const [victim] = await bench.fill();
      const stranger = bench.device('stranger', { customerId: await bench.anotherCustomer() });
      const answer = await stranger.takeOver('stranger', await idOf(bench, victim!.name));
      expectNotFound(bench, stranger, answer, "another customer's session");
      await expectUntouched(bench, victim!, "Another customer's session is taken over.");
    },
  },
  {
    // 3.30 The server MUST send `TAKE_OVER` before it answers the HTTP request.
    rule: 'server/takeover/tell-before-answer',
    lacks: lacksTakeover,
    async run(bench) {
      const [first] = await bench.fill();
      let victim = first!;
      const late: number[] = [];
      let ok = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const device = bench.device(`tv ${round}`);
        const id = await idOf(bench, victim.name);
        ok = Math.max(ok, await timeOk(bench, victim.wire!));
        const answer = await device.takeOver(device.name, id);
        const answered = bench.record.now();
        keepGranted(device, answer);
        const told = await bench.hears(victim.wire!, 'TAKE_OVER');
        if (!told) throw new Unmet('It needs TAKE_OVER');
        // They come over two connections: one may be faster by what varies on the way, which is within a round trip.
        if (told.at - answered <= Math.max(LEAST_LATENESS, bench.habits.tempo.roundTrip)) return;
        late.push(Math.round(told.at - answered));
        await bench.connectedBy(device);
        victim = device;
      }
      // A server whose every frame is on its way for so long may have sent it first.
      if (Math.min(...late) <= ok)
        throw new Unmet(`TAKE_OVER comes ${late.join(', ')} ms after the answer, but OK takes as long`);
      throw bench.violation(
        'TAKE_OVER no later than the answer',
        `TAKE_OVER ${late.join(', ')} ms after the answer`,
        'The new session is granted before the victim is told.',
      );
    },
  },
  {
    // 3.6 with 3.25: a takeover by `tag` is one in the pool of the offer that has the tag.
    rule: 'server/takeover/by-tag',
    lacks: (subject) =>
      lacksTakeover(subject) ?? (subject.tag === undefined ? 'No tag is known (--tag).' : undefined),
    async run(bench) {
      const [victim] = await bench.fill();
      const { tag } = bench.subject;
      const body = { sessionName: 'by tag', tag, sessionId: await idOf(bench, victim!.name) };
      const device = bench.device('tv');
      const answer = await device.post('/takeover', body);
      if (!keepGranted(device, answer)) {
        throw bench.violation('a session', describeAnswer(answer), 'A takeover by tag is refused.');
      }
      victim!.endpoint = undefined;
      const late = bench.device('late');
      const full = await bench.triedBy(late, 'late');
      const names = listedNames(full) ?? [];
      if (names.includes('by tag') && !names.includes(victim!.name)) return;
      throw bench.violation(
        "the new session stands in the victim's place",
        describeAnswer(full),
        "A takeover by tag does not take the victim's slot.",
      );
    },
  },
  {
    // 3.32 … the server MUST delete the victim and create the new session in the target pool.
    rule: 'server/takeover/across-pools',
    lacks: lacksSecondPool,
    async run(bench) {
      if (!bench.habits.settings.takeoverBelowLimit)
        throw new Unmet('The server refuses every takeover while a slot is free, as it may (AMB-10).');
      const [victim] = await bench.fill();
      const device = bench.device('laptop');
      const answer = await takeOverElsewhere(bench, device, await idOf(bench, victim!.name));
      if (!keepGranted(device, answer)) {
        throw bench.violation(
          'a session of the other offer',
          describeAnswer(answer),
          "A session of the customer's other offer cannot be taken over.",
        );
      }
      await bench.connectedBy(device);
      if (!(await bench.hears(victim!.wire!, 'TAKE_OVER'))) throw victimGoesOn(bench);
      victim!.endpoint = undefined;
      const next = bench.device('phone');
      const freed = await bench.triedBy(next, 'phone');
      if (next.endpoint !== undefined) return;
      throw bench.violation(
        "a free slot in the victim's pool",
        describeAnswer(freed),
        'A takeover from another pool frees no slot there.',
      );
    },
  },
  {
    // 3.33 … the server MUST refuse the takeover as a create is refused, and the victim lives on untouched.
    rule: 'server/takeover/full-pool-refuses',
    lacks: lacksSecondPool,
    async run(bench) {
      const [victim] = await bench.fill();
      const id = await idOf(bench, victim!.name);
      await fillElsewhere(bench);
      const device = bench.device('laptop');
      const answer = await takeOverElsewhere(bench, device, id);
      keepGranted(device, answer);
      if (readAnswer(answer).kind !== 'limit-reached') {
        throw bench.violation(
          'LimitExceeded',
          describeAnswer(answer),
          'A takeover into a full pool is not refused as a create is.',
        );
      }
      await expectUntouched(bench, victim!, 'A takeover that is refused ends its victim.');
    },
  },
];

function lacksTakeover({ takeover }: ServerSubject): string | undefined {
  return takeover ? undefined : 'Takeover is switched off at the subject.';
}

function lacksSecondPool(subject: ServerSubject): string | undefined {
  if (subject.offers.length < 2) return 'Only one offer is known (--offer, twice).';
  return lacksTakeover(subject);
}

/** Whether an answer grants a session; its endpoint is kept, so that it is ended in the end. */
function keepGranted(device: Device, answer: HttpAnswer): boolean {
  const read = readAnswer(answer);
  if (read.kind === 'granted') device.endpoint = read.endpoint;
  return read.kind === 'granted';
}

function takeOverElsewhere({ subject }: Bench, device: Device, sessionId: string): Promise<HttpAnswer> {
  return device.post('/takeover', { sessionName: device.name, offerId: subject.offers[1], sessionId });
}

/** Fills the customer's pool at the second offer, whose limit nobody has told. */
async function fillElsewhere(bench: Bench): Promise<void> {
  for (let n = 1; n <= MOST; n += 1) {
    const device = bench.device(`laptop ${n}`);
    const offerId = bench.subject.offers[1];
    const answer = await device.post('/sessions', { sessionName: device.name, offerId });
    if (!keepGranted(device, answer)) return;
    await bench.connectedBy(device);
  }
  throw new Unmet(`It needs a full pool, and the second offer has more than ${MOST} slots`);
}

/** How long an answer to REQUESTED takes, in milliseconds. */
async function timeOk(bench: Bench, wire: Wire): Promise<number> {
  const asked = bench.record.now();
  wire.sendAction('REQUESTED');
  const ok = await bench.hears(wire, 'OK');
  if (!ok) throw new Unmet('It needs OK for a repeated REQUESTED');
  return ok.at - asked;
}

function victimGoesOn(bench: Bench): Violation {
  return bench.violation('TAKE_OVER', 'nothing', 'The victim in the other pool is not told.');
}

/** The victim has heard nothing, and its session answers. */
async function expectUntouched(bench: Bench, { wire }: Device, message: string): Promise<void> {
  await bench.settle();
  const isTold = wire!.frames.some((frame) => frame.message?.action === 'TAKE_OVER');
  if (wire!.state === 'open' && !isTold) {
    wire!.sendAction('REQUESTED');
    if (await bench.hears(wire!, 'OK')) return;
  }
  throw bench.violation('the victim goes on', 'it was taken over', message);
}

function listedNames(answer: HttpAnswer): string[] | undefined {
  const read = readAnswer(answer);
  return read.kind === 'limit-reached' ? read.activeSessions?.map(({ name }) => name) : undefined;
}

function expectNotFound(bench: Bench, device: Device, answer: HttpAnswer, what: string): void {
  keepGranted(device, answer);
  if (answer.status === 404) return;
  throw bench.violation('404', describeAnswer(answer), `The takeover of ${what} is not answered with 404.`);
}

/** A session's id, from the list that a create at the limit shows. */
async function idOf(bench: Bench, name: string): Promise<string> {
  const answer = await bench.triedBy(bench.device('list reader'), 'list reader');
  const read = readAnswer(answer);
  const found =
    read.kind === 'limit-reached' ? read.activeSessions?.find((session) => session.name === name) : undefined;
  if (found) return found.sessionId;
  throw new Unmet(`It needs a list at the limit that shows ${name}, and got ${describeAnswer(answer)}`);
}
