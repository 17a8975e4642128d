import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { formatHar } from '../../simulator/har.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { SERVER_MUTANTS } from '../mutants/server/catalogue.ts';
import { startServer } from '../mutants/server/start-mutant.ts';
import { checkRecordings } from './check-recordings.ts';
import { readHar } from './read-har.ts';
import { readJournal } from './read-journal.ts';
import type { RecordedDevice } from './recorded-device.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A device that does all right, as long as it is told to. */
class Device {
  readonly frames: string[] = [];
  readonly #simulator: Simulator;
  readonly #customerId: string;
  socket: WebSocket | undefined;
  endpoint = '';

  constructor(simulator: Simulator, customerId = 'c1') {
    this.#simulator = simulator;
    this.#customerId = customerId;
  }

  async ask(path: string, body: object): Promise<any> {
    const authorization = `Bearer ${await this.#simulator.token({ customerId: this.#customerId })}`;
    const init = { method: 'POST', headers: { authorization }, body: JSON.stringify(body) };
    const answer: any = await (await fetch(this.#simulator.url + path, init)).json();
    this.endpoint = answer.endpoint ?? this.endpoint;
    return answer;
  }

  async play(sessionName: string, offerId = 'A', sessionId?: string): Promise<any> {
    const answer = await this.ask(sessionId ? '/takeover' : '/sessions', { sessionName, offerId, sessionId });
    if (answer.endpoint) await this.connect();
    return answer;
  }

  async connect(): Promise<void> {
    const socket = new WebSocket(this.endpoint);
    this.socket = socket;
    await once(socket, 'open');
    const granted = new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const { action } = JSON.parse(data.toString()) as { action: string };
        this.frames.push(action);
        if (action === 'PING') socket.send('{"action":"PONG"}');
        if (action === 'OK') resolve(action);
      });
    });
    socket.send('{"action":"REQUESTED"}');
    await granted;
  }

  async finish(): Promise<void> {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send('{"action":"FINISHED"}');
    this.socket.ping();
    await Promise.race([once(this.socket, 'pong'), once(this.socket, 'close')]);
  }
}

async function serve(mutant?: string): Promise<Simulator> {
  const found = SERVER_MUTANTS.find(({ name }) => name === mutant);
  if (mutant !== undefined && !found) throw new Error(`no mutant ${mutant}`);
  const server = await startServer(found);
  endings.push(() => server[Symbol.asyncDispose]());
  return server.simulator;
}

/** Lets the recording go on for as long as it takes to know that something did not come. */
function later(entries: readonly JournalEntry[], milliseconds = 5_000): JournalEntry[] {
  const [first] = entries.filter(({ kind }) => kind === 'request');
  const at = entries.at(-1)!.at + milliseconds;
  return [...entries, { ...first!, at, exchange: 'last', url: 'http://a/other' } as JournalEntry];
}

/** The record as a journal has it; each device is watched until the end. */
function asJournal(entries: readonly JournalEntry[]): RecordedDevice[] {
  const text = entries.map((entry) => JSON.stringify(entry)).join('\n');
  const until = entries.at(-1)!.at;
  return readJournal(text, 'journal').map((device) => ({ ...device, until }));
}

function judge(devices: readonly RecordedDevice[], limit?: number) {
  const { rules } = checkRecordings(devices, {
    name: 'test',
    tool: { name: 'drisckit', version: '0' },
    startedAt: new Date(0),
    policy: { limit },
  });
  const ids = (verdict: string): string[] =>
    rules.filter((rule) => rule.verdict === verdict && rule.side === 'server').map(({ id }) => id);
  return { passed: ids('pass'), failed: ids('fail') };
}

/** A conversation that takes a pool through most of its life; the limit is two. */
async function converse(simulator: Simulator): Promise<void> {
  const [tv, phone, tablet, other] = [0, 1, 2, 3].map(() => new Device(simulator)) as [
    Device,
    Device,
    Device,
    Device,
  ];
  await tv.play('tv “1”');
  await phone.play('phone');
  await other.play('other offer', 'B');
  await tv.connect();
  const refused = await tablet.play('tablet');
  const victim =
    refused.details?.activeSessions?.find(({ name }: any) => name === 'phone') ??
    refused.details?.activeSessions?.at(-1);
  if (victim) await tablet.play('tablet', 'A', victim.sessionId);
  await other.finish();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await phone.ask('/sessions', { sessionName: 'phone again', offerId: 'A' });
  await tv.finish();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await phone.play('phone once more');
  await other.ask('/sessions', { sessionName: 'one more', offerId: 'A' });
}

const SEEN = [
  'server/limit/refuse-above-limit',
  'server/limit/list-sessions',
  'server/limit/list-oldest-first',
  'server/limit/separate-pools',
  'server/create/keep-name',
  'server/liveness/ping-upon-create',
  'server/reconnect/terminate-old',
  'server/reconnect/close-old',
  'server/takeover/tell-victim',
  'server/takeover/close-victim',
  'server/takeover/end-victim',
  'server/finish/free-slot',
];

describe('a recording of a whole pool, replayed through the model', () => {
  it('of a conforming server shows what it must do, and nothing wrong', async () => {
    const simulator = await serve();
    await converse(simulator);
    const entries = later(simulator.journal.entries());
    const { passed, failed } = judge(asJournal(entries), 2);
    expect(failed).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(SEEN));
  });

  it('as a HAR with its tokens says the same, as far as a HAR shows it', async () => {
    const offers = ['A', 'B'].map((id) => ({ id, limit: 2 }));
    const simulator = createSimulator({ offers, showTokens: true });
    endings.push(() => simulator.close());
    await simulator.listen();
    await converse(simulator);
    const har = JSON.stringify(formatHar(simulator.journal.entries()));
    const { passed, failed } = judge([readHar(har, 'all')], 2);
    expect(failed).toEqual([]);
    // It has no closes, and what happened in one millisecond in no order.
    const unseen = /tell-victim|close-|terminate-old/;
    expect(passed).toEqual(expect.arrayContaining(SEEN.filter((rule) => !unseen.test(rule))));
    expect(passed.filter((rule) => /close-/.test(rule))).toEqual([]);
  });

  it.each([
    ['one-too-many', 'server/limit/refuse-above-limit'],
    ['list-lacks-newest', 'server/limit/list-sessions'],
    ['nameless-list', 'server/limit/list-sessions'],
    ['newest-first', 'server/limit/list-oldest-first'],
    ['never-pings', 'server/liveness/ping-upon-create'],
    ['pings-once', 'server/liveness/ping-upon-create'],
    ['no-terminate', 'server/reconnect/terminate-old'],
    ['silent-takeover', 'server/takeover/tell-victim'],
    ['old-name', 'server/takeover/new-name'],
    ['victim-left-open', 'server/takeover/close-victim'],
    ['victim-lives-on', 'server/takeover/end-victim'],
    ['finish-ignored', 'server/finish/free-slot'],
  ])('of a faulty server shows the rule that it breaks, and no other: %s', async (mutant, rule) => {
    const simulator = await serve(mutant);
    await converse(simulator);
    expect(judge(asJournal(later(simulator.journal.entries())), 2).failed).toEqual([rule]);
  });
});

describe('what a recording does not show', () => {
  it('is not guessed: the limit of the publisher', async () => {
    const simulator = await serve('one-too-many');
    await converse(simulator);
    expect(judge(asJournal(later(simulator.journal.entries()))).failed).toEqual([]);
  });

  it('is not guessed: what came after its end', async () => {
    const simulator = await serve('never-pings');
    await new Device(simulator).play('tv');
    await new Device(simulator).play('phone');
    const entries = simulator.journal.entries();
    expect(judge(asJournal(entries), 2).failed).toEqual([]);
    expect(judge(asJournal(later(entries)), 2).failed).toEqual(['server/liveness/ping-upon-create']);
  });

  it('is not guessed: frames that passed unseen', async () => {
    const simulator = await serve('never-pings');
    await converse(simulator);
    const unseen = { seq: 0, at: 0, kind: 'note', text: 'kept', gap: 'frames' } as const;
    expect(judge(asJournal([unseen, ...later(simulator.journal.entries())]), 2).failed).toEqual([]);
  });

  it('is not guessed: whether a device that was mute still has its session', async () => {
    const simulator = await serve();
    await converse(simulator);
    // Without its PONGs the journal reads as if the server had kept and pinged a session that it may have removed.
    const mute = later(simulator.journal.entries()).filter(
      (entry) => entry.kind !== 'frame' || entry.action !== 'PONG',
    );
    expect(judge(asJournal(mute), 2).failed).toEqual([]);
  });
});
