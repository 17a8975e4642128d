import type { Bench, DirectCheck } from './direct-check.ts';
import { provokePing } from './provoke-ping.ts';
import { Inconclusive, Unmet } from './violation.ts';
import type { Wire } from './wire.ts';

/** How often something must come at the wrong time before the server is to blame, and not a busy machine. */
const ROUNDS = 3;

/** A PONG deadline beyond this leaves no time to tell it from the end of pending sessions, in milliseconds. */
const LONGEST = 20_000;

/** Whom PING may reach, and when the deadline that it starts runs out. */
export const challengeChecks: readonly DirectCheck[] = [
  {
    // 4.16 … to the connected sessions of the same pool; 4.17: at the most to all pools of the same customer.
    rule: 'server/liveness/ping-own-customer',
    // Any create of another check would do what is looked for.
    alone: true,
    async run(bench) {
      const neighbour = bench.device('neighbour', { customerId: await bench.anotherCustomer() });
      await bench.createdBy(neighbour, 'neighbour');
      const wire = await bench.connectedBy(neighbour);
      await bench.settle();
      const before = countPings(wire);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const device = bench.device(`phone ${round}`);
        const seen = countPings(wire);
        await bench.createdBy(device, device.name);
        await bench.settle();
        await bench.finish(device);
        if (countPings(wire) === seen) return;
      }
      throw bench.violation(
        'no PING',
        `${countPings(wire) - before} PINGs upon ${ROUNDS} creates`,
        "A create PINGs another customer's session.",
      );
    },
  },
  {
    // 4.21 A pending session MUST NOT be sent `PING`, and no challenge starts for it.
    rule: 'server/liveness/spare-pending',
    lacks: ({ pongTimeout }) =>
      pongTimeout !== 'auto' && pongTimeout > LONGEST
        ? 'The PONG deadline is as long as a session may be pending.'
        : undefined,
    async run(bench) {
      const answer = await answerAfterPending(bench, 'phone', true);
      if (answer === 'OK') return;
      // Were pending sessions given less than the deadline, this one would be gone unchallenged, too.
      if ((await answerAfterPending(bench, 'tablet', false)) !== 'OK')
        throw new Unmet('A pending session lives shorter than the PONG deadline.');
      throw bench.violation('OK', answer, 'A session that was never connected is removed for not answering.');
    },
  },
  {
    // 4.25 The deadline counts from the first unanswered `PING`, and further `PING`s … MUST NOT move it.
    rule: 'server/liveness/keep-deadline',
    async run(bench) {
      const late: string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const { removed, soonestIfMoved } = await missTwoPings(bench, round);
        if (removed < soonestIfMoved) return;
        late.push(`${Math.round(removed)} ms`);
      }
      throw bench.violation(
        `removed ${bench.pongTimeout} ms after the first PING`,
        `removed after ${late.join(', ')}`,
        'A further PING moves the deadline of the one before it.',
      );
    },
  },
];

function countPings({ frames }: Wire): number {
  return frames.filter(({ message }) => message?.action === 'PING').length;
}

/** What a session gets that connects for the first time after a PONG deadline, challenged or not. */
async function answerAfterPending(bench: Bench, name: string, isChallenged: boolean): Promise<string> {
  const device = bench.device(name);
  await bench.createdBy(device, name);
  if (isChallenged) await bench.triedBy(bench.device('tv'), 'tv');
  await bench.pause(bench.pongTimeout + bench.habits.tolerance);
  const wire = await device.open(bench.habits.patience);
  wire.sendAction('REQUESTED');
  const isGranted = await bench.hears(wire, 'OK');
  const answer = isGranted ? 'OK' : (wire.frames.at(-1)?.entry.raw ?? 'nothing');
  for (const each of bench.devices) await bench.finish(each);
  return answer;
}

/** When a mute session is removed that is PINGed at the beginning of its deadline and again at half of it. */
async function missTwoPings(bench: Bench, round: number) {
  const { pongTimeout } = bench;
  const device = bench.device(`phone ${round}`);
  await bench.createdBy(device, device.name);
  const wire = await bench.connectedBy(device);
  wire.answersPing = false;
  const first = await provokePing(bench, wire);
  await bench.pause(Math.max(0, first.caused + pongTimeout / 2 - bench.record.now()));
  if (bench.record.now() > first.caused + pongTimeout * 0.8)
    throw new Inconclusive('a step took so long that the PONG deadline was nearly over');
  const second = await provokePing(bench, wire);
  await bench.record.until(
    () => (wire.state === 'closed' ? true : undefined),
    pongTimeout + bench.habits.patience,
  );
  if (wire.state !== 'closed') throw new Unmet('It needs a mute session to be removed');
  const removed = bench.record.now();
  await bench.finish(device);
  return { removed: removed - first.caused, soonestIfMoved: second.caused + pongTimeout - first.caused };
}
