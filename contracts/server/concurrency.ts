import fc from 'fast-check';
import { setTimeout } from 'node:timers/promises';
import { emptyPool, stepPool } from '../../protocol/model/pool.ts';
import type { PoolInput, PoolPolicy, PoolState } from '../../protocol/model/pool.ts';
import { linearize } from '../generate/linearize.ts';
import type { Operation } from '../generate/linearize.ts';
import type { Device } from './device.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer, ReadAnswer } from './http-answer.ts';
import { Inconclusive, Unmet } from './violation.ts';

/** A race shows only now and then: how often each one is run. */
const ROUNDS = 5;

export const concurrencyChecks: readonly DirectCheck[] = [
  {
    // 1.14 … of several simultaneous creates for the last free slot exactly one is granted.
    rule: 'server/concurrency/exact-grants',
    async run(bench) {
      for (let round = 1; round <= ROUNDS; round += 1) await raceForSlots(bench, round);
    },
  },
  {
    // 1.14 A server MUST handle the events of one pool one after the other.
    rule: 'server/concurrency/one-takeover-wins',
    lacks: ({ takeover }) => (takeover ? undefined : 'Takeover is switched off at the subject.'),
    async run(bench) {
      for (let round = 1; round <= ROUNDS; round += 1) await raceForVictim(bench, round);
    },
  },
  {
    // 1.14 A server MUST handle the events of one pool one after the other.
    rule: 'server/concurrency/linearizable',
    async run(bench) {
      for (let round = 1; round <= ROUNDS; round += 1) await judgeHistory(bench, round);
    },
  },
];

async function raceForSlots(bench: Bench, round: number): Promise<void> {
  const { limit } = bench.subject;
  const taken = await bench.fill(limit - 1);
  const racers = Array.from({ length: 4 }, (_, n) => bench.device(`racer ${n + 1}`));
  const answers = await Promise.all(
    racers.map((device) => bench.triedBy(device, `${device.name} of ${round}`)),
  );
  const granted = racers.filter(({ endpoint }) => endpoint !== undefined).length;
  if (granted === 0) refuseRateLimits(answers);
  if (granted !== 1) {
    throw bench.violation(
      'one create of four granted, for one free slot',
      `${granted} granted: ${answers.map(({ status }) => status).join(', ')}`,
      'Simultaneous creates are not granted as slots are free.',
    );
  }
  await Promise.all([...taken, ...racers].map((device) => bench.finish(device)));
}

async function raceForVictim(bench: Bench, round: number): Promise<void> {
  const taken = await bench.fill();
  const victim = taken[0]!;
  const racers = Array.from({ length: 3 }, (_, n) => bench.device(`racer ${n + 1}`));
  const list = readAnswer(await racers[0]!.create('list reader'));
  const sessions = list.kind === 'limit-reached' ? list.activeSessions : undefined;
  const id = sessions?.find(({ name }) => name === victim.name)?.sessionId;
  if (id === undefined) throw new Inconclusive('the list at the limit does not show the victim');
  const answers = await Promise.all(
    racers.map((device) => device.takeOver(`${device.name} of ${round}`, id)),
  );
  answers.forEach((answer, n) => keepEndpoint(racers[n]!, answer));
  const won = racers.filter(({ endpoint }) => endpoint !== undefined).length;
  if (won === 0) refuseRateLimits(answers);
  if (won !== 1) {
    throw bench.violation(
      'one takeover of three granted',
      answers.map(describeAnswer).join(' | '),
      `${won} simultaneous takeovers of one session are granted.`,
    );
  }
  victim.endpoint = undefined;
  await Promise.all([...taken, ...racers].map((device) => bench.finish(device)));
}

/** @throws {Unmet} where an answer is not about the pool, but about how many requests come. */
function refuseRateLimits(answers: readonly HttpAnswer[]): void {
  const limited = answers.find(({ status }) => status === 429);
  if (limited) throw new Unmet(`It needs simultaneous requests, and got ${describeAnswer(limited)}`);
}

function keepEndpoint(device: Device, answer: HttpAnswer): ReadAnswer {
  const read = readAnswer(answer);
  if (read.kind === 'granted') device.endpoint = read.endpoint;
  return read;
}

// ---- random histories ----

/** What a device of a history does next: after a pause in milliseconds it ends its session, or tries to get one. */
interface Move {
  readonly pause: number;
  readonly takeOver: boolean;
}

/** An operation with what it asked for and what it got. */
type Seen = Operation &
  (
    | { kind: 'create'; session: string; answer: 'granted' | readonly string[] }
    | { kind: 'takeover'; session: string; victim: string; granted: boolean }
    | { kind: 'finish'; session: string }
  );

async function judgeHistory(bench: Bench, round: number): Promise<void> {
  const history = new History(bench, round);
  await history.play();
  const policy: PoolPolicy = {
    enabled: true,
    takeoverEnabled: bench.subject.takeover,
    limit: bench.subject.limit,
    settings: { ...bench.habits.settings, pingOnRefusedCreate: false },
  };
  const verdict = linearize(
    history.seen,
    emptyPool,
    (pool, seen: Seen) => apply(pool, seen, policy),
    nameState,
  );
  if (verdict === 'unknown')
    throw new Inconclusive('the history has more possible orders than could be tried');
  if (verdict === 'no') {
    throw bench.violation(
      'an order of these operations in which each answer is right',
      history.seen.map(describeSeen).join(' · '),
      'No order explains what several devices saw at the same time.',
    );
  }
}

/** The sessions of a pool by name: what decides all further answers. */
function nameState({ sessions }: PoolState): string {
  return sessions
    .map(({ id }) => id)
    .toSorted()
    .join();
}

/** The model's answer must be the one that was seen. */
function apply(pool: PoolState, seen: Seen, policy: PoolPolicy): PoolState | undefined {
  const step = (from: PoolState, input: PoolInput) => stepPool(from, input, policy);
  const { session } = seen;
  if (seen.kind === 'finish') {
    const [connected] = step(pool, { type: 'frame', session, connection: session, action: 'REQUESTED' });
    return step(connected, { type: 'frame', session, connection: session, action: 'FINISHED' })[0];
  }
  const input: PoolInput =
    seen.kind === 'create'
      ? { type: 'create', session, name: session }
      : { type: 'takeover', session, name: session, victim: seen.victim };
  const [next, effects] = step(pool, input);
  const admission = effects.find((effect) => effect.type === 'reply')?.admission;
  if (seen.kind === 'takeover') return (admission?.kind === 'granted') === seen.granted ? next : undefined;
  if (seen.answer === 'granted') return admission?.kind === 'granted' ? next : undefined;
  const listed =
    admission?.kind === 'limit-reached' ? admission.activeSessions.map(({ name }) => name) : undefined;
  return listed?.toSorted().join() === seen.answer.toSorted().join() ? next : undefined;
}

function describeSeen(seen: Seen): string {
  const time = `${seen.start.toFixed(0)}–${seen.end === Infinity ? '?' : seen.end.toFixed(0)} ms`;
  if (seen.kind === 'finish') return `${seen.session} finishes (${time})`;
  if (seen.kind === 'takeover') {
    return `${seen.session} takes over ${seen.victim}: ${seen.granted ? 'granted' : 'refused'} (${time})`;
  }
  const answer = seen.answer === 'granted' ? seen.answer : `refused, listing ${seen.answer.join(' and ')}`;
  return `${seen.session} is asked for: ${answer} (${time})`;
}

/** Several devices that create, finish and take over without waiting for each other. */
class History {
  readonly seen: Seen[] = [];
  readonly #bench: Bench;
  readonly #round: number;
  /** The server's ids of sessions, by our names, as lists have shown them. */
  readonly #ids = new Map<string, string>();

  constructor(bench: Bench, round: number) {
    this.#bench = bench;
    this.#round = round;
  }

  async play(): Promise<void> {
    const { subject, seed } = this.#bench;
    const move = fc.record({ pause: fc.integer({ min: 0, max: 12 }), takeOver: fc.boolean() });
    const count = Math.min(subject.limit, 3) + 2;
    const script = fc.array(move, { minLength: 3, maxLength: 3 });
    const scripts = fc.sample(script, { seed: seed * 31 + this.#round, numRuns: count });
    const devices = scripts.map((_, n) => this.#bench.device(`device ${n + 1}`));
    await Promise.all(devices.map((device, n) => this.#playDevice(device, scripts[n]!)));
    // What is left is seen in the list: ask until the server refuses.
    for (let n = 0; n <= subject.limit; n += 1) {
      if ((await this.#create(this.#bench.device(`last ${n + 1}`), `last ${this.#round}.${n}`)) === undefined)
        break;
    }
    await Promise.all(devices.map((device) => this.#bench.finish(device)));
    await this.#bench.leave();
  }

  async #playDevice(device: Device, script: readonly Move[]): Promise<void> {
    let session: string | undefined;
    for (const [n, { pause, takeOver }] of script.entries()) {
      await setTimeout(pause);
      const name = `${device.name} ${this.#round}.${n}`;
      if (session !== undefined) {
        await this.#finish(device, session);
        session = undefined;
        continue;
      }
      const victim = [...this.#ids.keys()].at(-1);
      session =
        takeOver && this.#bench.subject.takeover && victim !== undefined
          ? await this.#takeOver(device, name, victim)
          : await this.#create(device, name);
      if (session !== undefined) await this.#connect(device);
    }
  }

  async #create(device: Device, session: string): Promise<string | undefined> {
    const start = this.#bench.record.now();
    const answer = await device.create(session);
    const read = keepEndpoint(device, answer);
    const times = { name: `create ${session}`, start, end: this.#bench.record.now() };
    if (read.kind === 'granted') {
      this.seen.push({ ...times, kind: 'create', session, answer: 'granted' });
      return session;
    }
    const listed = read.kind === 'limit-reached' ? read.activeSessions : undefined;
    // Too many requests, or a failure: that says nothing about the order of what happened to the pool.
    if (!listed) throw new Unmet(`It needs a session or a list, and got ${describeAnswer(answer)}`);
    for (const { name, sessionId } of listed) this.#ids.set(name, sessionId);
    this.seen.push({ ...times, kind: 'create', session, answer: listed.map(({ name }) => name) });
    return undefined;
  }

  async #takeOver(device: Device, session: string, victim: string): Promise<string | undefined> {
    const id = this.#ids.get(victim)!;
    this.#ids.delete(victim);
    const start = this.#bench.record.now();
    const answer = await device.takeOver(session, id);
    const granted = keepEndpoint(device, answer).kind === 'granted';
    if (answer.status === 429 || answer.status >= 500)
      throw new Unmet(`It needs a session or a refusal, and got ${describeAnswer(answer)}`);
    // Below the limit a server may refuse what it would grant at the limit (AMB-10): no evidence either way.
    if (!granted && !this.#bench.habits.settings.takeoverBelowLimit) return undefined;
    const end = this.#bench.record.now();
    this.seen.push({ name: `takeover ${session}`, start, end, kind: 'takeover', session, victim, granted });
    return granted ? session : undefined;
  }

  /** The connection is no operation: it changes nothing that others see. */
  async #connect(device: Device): Promise<void> {
    const wire = await device.open(this.#bench.habits.patience);
    wire.answersPing = true;
    wire.sendAction('REQUESTED');
    // A session that was taken over meanwhile gets EXPIRED, which is right.
    await this.#bench.record.until(
      () => (wire.frames.length > 0 || wire.state !== 'open' ? true : undefined),
      this.#bench.habits.patience,
    );
  }

  async #finish(device: Device, session: string): Promise<void> {
    const { wire } = device;
    const start = this.#bench.record.now();
    device.endpoint = undefined;
    if (wire?.state !== 'open') return;
    wire.sendAction('FINISHED');
    const { closeAfterFinished } = this.#bench.habits.settings;
    const within = closeAfterFinished ? this.#bench.habits.patience : this.#bench.habits.settle;
    const closed = await this.#bench.record.until(() => (wire.state === 'closed' ? true : undefined), within);
    // Without a close nothing says when, or whether, FINISHED has arrived.
    const end = closed ? this.#bench.record.now() : Infinity;
    this.seen.push({ name: `finish ${session}`, start, end, kind: 'finish', session });
  }
}
