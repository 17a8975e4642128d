import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../simulator/journal.ts';
import { createLiveJudge } from './live-judge.ts';
import type { JudgeBounds, LiveJudge } from './live-judge.ts';
import { readEntries } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';

const OPTIONS = { name: 'test', tool: { name: 'drisckit', version: '0' }, startedAt: new Date(0) };

type Said = readonly [at: number, from: 'client' | 'server', action: string];

/** The entries of a session of one device, `name`, that was granted at `from`; frames count from there. */
function session(name: string, frames: readonly Said[], customerId = 'c1', from = 0): JournalEntry[] {
  const own = { customerId, sessionId: name, connection: `${name}-1` };
  const endpoint = `wss://drisc.example/connect?token=${name}`;
  const entries = [
    {
      at: 0,
      customerId,
      kind: 'request',
      exchange: name,
      method: 'POST',
      url: 'https://drisc.example/sessions',
      headers: { authorization: 'Bearer eyJh.eyJi.c2ln' },
      body: JSON.stringify({ sessionName: name, offerId: 'S1' }),
    },
    {
      at: 1,
      customerId,
      sessionId: name,
      kind: 'response',
      exchange: name,
      status: 200,
      headers: {},
      body: JSON.stringify({ endpoint }),
    },
    { at: 2, ...own, kind: 'open', url: endpoint, headers: {} },
    ...frames.map(([at, from, action]) => ({
      at,
      ...own,
      ...(action === 'close' && { by: from, code: 1000 }),
      kind: action === 'close' ? 'close' : 'frame',
      direction: from === 'client' ? 'in' : 'out',
      raw: JSON.stringify({ action }),
      binary: false,
    })),
  ];
  return entries.map((entry, seq) => ({ seq, ...entry, at: entry.at + from }) as unknown as JournalEntry);
}

const GOOD: readonly Said[] = [
  [10, 'client', 'REQUESTED'],
  [20, 'server', 'OK'],
  [5_000, 'server', 'PING'],
  [5_010, 'client', 'PONG'],
  [30_000, 'client', 'FINISHED'],
  [30_010, 'server', 'close'],
];
/** PINGs once a second, from the first second on, and their answers. */
const pings = (count: number): Said[] =>
  Array.from({ length: count }, (_, n): Said[] => [
    [(n + 1) * 1_000, 'server', 'PING'],
    [(n + 1) * 1_000 + 10, 'client', 'PONG'],
  ]).flat();
const MUTE: readonly Said[] = GOOD.filter(([, , action]) => action !== 'PONG');
const EAGER: readonly Said[] = [[5, 'client', 'PONG'], [6, 'server', 'OK'], ...GOOD];

function see(judge: LiveJudge, entries: readonly JournalEntry[]): void {
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) judge.see(entry);
}

/** What is said of a conversation, at the end and in one look after the other. */
function judgeAll(entries: readonly JournalEntry[], bounds: Partial<JudgeBounds> = {}) {
  const judge = createLiveJudge({ limit: 2 }, bounds);
  const said: string[] = [];
  for (const [index, entry] of entries.toSorted((a, b) => a.at - b.at).entries()) {
    judge.see(entry);
    if (index % 5 === 0) said.push(...judge.look(entry.at + 1).map(({ rule }) => rule.id));
  }
  said.push(...judge.look(100_000).map(({ rule }) => rule.id));
  const { rules, notes, subject } = judge.conclude(100_000, OPTIONS);
  const failed = rules.filter(({ failures }) => failures.length > 0).map(({ id }) => id);
  const passed = rules.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
  const total = Number(subject.facts['requests and messages']);
  const forgotten = Number(/the first (\d+) requests/.exec(notes.join())?.[1]);
  return { failed, passed, said, rules, notes, total, forgotten };
}

describe('the live judge', () => {
  it('says nothing of who does all right', () => {
    const judge = createLiveJudge();
    see(judge, session('sofa', GOOD));
    expect(judge.look(60_000)).toEqual([]);
    const { rules } = judge.conclude(60_000, OPTIONS);
    expect(rules.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(rules.find(({ id }) => id === 'client/request/endpoint-verbatim')?.verdict).toBe('pass');
  });

  it('says a broken rule once, as soon as it is shown', () => {
    const judge = createLiveJudge();
    const [finished, close] = session('sofa', MUTE).slice(-2);
    see(judge, session('sofa', MUTE).slice(0, -2));
    expect(judge.look(11_500)).toEqual([]);
    judge.see(finished!);
    expect(judge.look(30_001).map(({ rule, device }) => [rule.id, device])).toEqual([
      ['client/liveness/answers-ping', 'session sofa'],
    ]);
    judge.see(close!);
    expect(judge.look(31_000)).toEqual([]);
    expect(judge.broken).toHaveLength(1);
  });

  const DISMISSED: readonly Said[] = [...MUTE.slice(0, 3), [10_000, 'server', 'close']];

  it.each([
    ['while the connection stands', MUTE.slice(0, 3)],
    ['until the server closes at the deadline', DISMISSED],
    [
      'after it had answered before',
      [...GOOD.slice(0, 4), [9_000, 'server', 'PING'], [14_000, 'server', 'close']],
    ],
  ] satisfies [string, readonly Said[]][])('leaves a client in doubt that falls silent %s', (_, frames) => {
    const judge = createLiveJudge();
    see(judge, session('sofa', frames));
    expect(judge.look(60_000)).toEqual([]);
    const { rules } = judge.conclude(60_000, OPTIONS);
    const rule = rules.find(({ id }) => id === 'client/liveness/answers-ping')!;
    expect(rule.verdict).toBe('not-observable');
    expect(rule.reason).toMatch(
      /^A PING was not answered\. .*Whether the PING reached the client, the recording does not show\.$/,
    );
  });

  it('has no doubt about a silent client that answers the close of its connection', () => {
    const judge = createLiveJudge();
    see(judge, session('sofa', DISMISSED));
    const note = { kind: 'note', text: 'the client answered the close', answered: 'close' } as const;
    judge.see({ ...note, seq: 9, at: 10_001, customerId: 'c1', sessionId: 'sofa', connection: 'sofa-1' });
    expect(judge.look(10_002).map(({ rule }) => rule.id)).toEqual(['client/liveness/answers-ping']);
  });

  it.each([
    ['a conforming client', GOOD],
    ['a mute client', MUTE],
    ['a client and a server that do much wrong', EAGER],
  ])('takes nothing back: what it says of any beginning stands at the end, of %s', (_, frames) => {
    const entries = [...session('sofa', frames), ...session('train', GOOD)].toSorted((a, b) => a.at - b.at);
    const whole = createLiveJudge();
    see(whole, entries);
    const final = new Set(
      whole
        .conclude(60_000, OPTIONS)
        .rules.filter(({ failures }) => failures.length > 0)
        .map(({ id }) => id),
    );
    for (let length = 1; length <= entries.length; length += 1) {
      const judge = createLiveJudge();
      see(judge, entries.slice(0, length));
      const now = entries[length]?.at ?? 60_000;
      const said = judge.look(now).map(({ rule }) => rule.id);
      expect(said.filter((id) => !final.has(id))).toEqual([]);
    }
    expect(final.size > 0).toBe(frames !== GOOD);
  });

  it('lets quiet devices go with their verdict, where the conversation is too long to be held', () => {
    const judge = createLiveJudge({}, { entries: 50 });
    for (let count = 0; count < 40; count += 1) see(judge, session(`s${count}`, count === 3 ? EAGER : GOOD));
    const { rules, notes } = judge.conclude(60_000, OPTIONS);
    expect(rules.find(({ id }) => id === 'client/gate/requested-first')).toMatchObject({
      verdict: 'fail',
      exercised: 40,
      failures: [{ check: 'session s3' }],
    });
    expect(notes.join()).toMatch(/3\d devices were judged on the way/);
  });

  it('forgets of a busy device no more than PINGs that were answered, and goes on judging it', () => {
    const mute = [...pings(2_000), [2_002_000, 'server', 'PING'], [2_009_000, 'client', 'FINISHED']] as const;
    const judge = createLiveJudge({}, { entriesOfOne: 100 });
    see(judge, session('sofa', [...GOOD.slice(0, 2), ...mute]));
    expect(judge.look(2_010_000).map(({ rule }) => rule.id)).toEqual(['client/liveness/answers-ping']);
    const { rules, notes, subject } = judge.conclude(2_010_000, OPTIONS);
    expect(rules.filter(({ failures }) => failures.length > 0).map(({ id }) => id)).toEqual([
      'client/liveness/answers-ping',
    ]);
    expect(subject.facts['requests and messages']).toBe(String(4 + 2 + mute.length));
    const forgotten = Number(
      /^session sofa: (\d+) PINGs and PONGs, each answered at once, were judged on the way and forgotten:/.exec(
        notes.find((note) => note.includes('PINGs'))!,
      )?.[1],
    );
    expect(mute.length - forgotten).toBeLessThan(100);
  });

  it('forgets all of a device that says too much else, and judges what comes later without it', () => {
    const noise = Array.from({ length: 96 }, (_, n): Said => [1_000 + n, 'client', 'HELLO']);
    const { failed, said, rules, notes, total } = judgeAll(
      [...session('sofa', [...GOOD.slice(0, 2), ...noise, ...GOOD.slice(2)]), ...session('train', GOOD)],
      { entriesOfOne: 100 },
    );
    expect(failed).toEqual(['client/robustness/speaks-cleanly']);
    expect(said).toEqual(failed);
    expect(rules.find(({ id }) => id === failed[0])).toMatchObject({ exercised: 2, failures: [{}] });
    expect(notes).toContain(
      'session sofa: the first 102 requests and messages were judged on the way and forgotten, and what came later was judged without them: the conversation is too long to be held',
    );
    expect(total).toBe(4 + noise.length + GOOD.length + (4 + GOOD.length));
  });

  it.each([
    ['of one device', { characters: 8 * 10_000 }],
    ['of all', { characters: 30_000, entriesOfOne: Infinity }],
  ])('holds no more characters than it may %s, where it has to do with one alone', (_, bounds) => {
    const long = Array.from({ length: 100 }, (_, n): Said => [1_000 + n, 'client', 'x'.repeat(5_000)]);
    const frames = [...GOOD.slice(0, 2), ...long, ...GOOD.slice(2)];
    const { failed, total, forgotten } = judgeAll(session('sofa', frames), bounds);
    expect(failed).toEqual(['client/robustness/speaks-cleanly']);
    expect(total).toBe(4 + frames.length);
    expect(total - forgotten).toBeLessThan(12);
  });

  const bed = 30_500;
  const evening = (sofa: readonly Said[], bedroom: readonly Said[]): JournalEntry[] => [
    ...session('sofa', [
      ...GOOD.slice(0, 2),
      ...sofa,
      [61_000, 'client', 'FINISHED'],
      [61_010, 'server', 'close'],
    ]),
    ...session('bed', [...GOOD.slice(0, 2), ...bedroom, ...GOOD.slice(-2)], 'c1', bed),
  ];
  const quiet = pings(60).filter(([at]) => at < 28_000 || at > 36_500);
  const asked: readonly Said[] = [
    [bed + 5, 'server', 'PING'],
    [bed + 15, 'client', 'PONG'],
  ];

  it.each([
    ['that all keep the rules', evening([...quiet, ...asked], pings(20)), []],
    ['in which a create sends no PING', evening(quiet, pings(20)), ['server/liveness/ping-upon-create']],
    [
      'in which a client falls silent',
      evening(
        [...quiet, ...asked].filter(([at, , action]) => at < 45_000 || action !== 'PONG'),
        pings(20),
      ),
      ['client/liveness/answers-ping'],
    ],
    [
      'in which a PONG comes unasked',
      evening([...quiet, ...asked], [...pings(20), [25_000, 'client', 'PONG']]),
      ['client/liveness/no-unasked-pong'],
    ],
  ] satisfies [string, JournalEntry[], string[]][])(
    'accuses nobody for what it has forgotten, in conversations %s',
    (_, entries, broken) => {
      const whole = judgeAll(entries);
      expect(whole.failed).toEqual(broken);
      // Where what is left after forgetting PINGs is little enough, nothing is missed.
      for (const entriesOfOne of [40, 80]) {
        const { failed, passed } = judgeAll(entries, { entriesOfOne });
        expect([failed, passed]).toEqual([whole.failed, whole.passed]);
      }
      for (const entriesOfOne of [4, 7, 11, 20]) {
        const { failed, said, passed } = judgeAll(entries, { entriesOfOne });
        expect(broken).toEqual(expect.arrayContaining(failed));
        expect(said.toSorted()).toEqual(failed.toSorted());
        expect([...whole.passed, ...broken]).toEqual(expect.arrayContaining(passed));
      }
    },
  );

  it('accuses nobody where the conversation has begun before', () => {
    const entries = evening([...quiet, ...asked], pings(20)).toSorted((a, b) => a.at - b.at);
    for (let begin = 0; begin < entries.length; begin += 1) {
      const judge = createLiveJudge();
      see(judge, entries.slice(begin));
      const { rules } = judge.conclude(100_000, OPTIONS);
      expect(rules.filter(({ failures }) => failures.length > 0).map(({ id }) => id)).toEqual([]);
    }
  });

  it('keeps nothing of what else a page sends', () => {
    const judge = createLiveJudge({}, { entries: 8 });
    const other = { customerId: 'c1', kind: 'request', method: 'GET', url: 'https://a/film', headers: {} };
    see(judge, session('sofa', [])); // four entries
    for (let n = 0; n < 100; n += 1) {
      judge.see({ seq: n, at: n, ...other, exchange: `f${n}`, body: '', unread: 9 } as JournalEntry);
      judge.see({ seq: n, at: n, customerId: 'c1', kind: 'response', exchange: `f${n}`, status: 200 } as any);
    }
    const { notes, subject } = judge.conclude(60_000, OPTIONS);
    expect([notes, subject.facts['devices']]).toEqual([[], 'session sofa']);
  });

  it('waits for no answer for ever, where clients hang up', () => {
    const judge = createLiveJudge({}, { entries: 50 });
    const [asked] = session('sofa', GOOD).filter(({ kind }) => kind === 'request');
    const requests = Array.from({ length: 1_100 }, (_, n) => ({
      ...asked!,
      seq: n,
      at: n,
      exchange: `x${n}`,
      customerId: `c${n}`,
    }));
    see(judge, requests);
    expect(judge.conclude(60_000, OPTIONS).notes.join()).toMatch(/\d+ devices were judged on the way/);
  });

  it('holds no more of what waits for an answer than it may', () => {
    const judge = createLiveJudge({}, { characters: 80_000 });
    const [asked] = session('sofa', GOOD);
    const long = { ...asked!, body: JSON.stringify({ sessionName: 'x'.repeat(4_000), offerId: 'S1' }) };
    for (let n = 0; n < 100; n += 1)
      judge.see({ ...long, seq: n, at: n, exchange: `x${n}`, customerId: `c${n}` } as JournalEntry);
    const { notes, subject } = judge.conclude(60_000, OPTIONS);
    const gone = Number(/^(\d+) devices were judged on the way/.exec(notes.at(-1)!)?.[1]);
    expect(gone).toBeGreaterThan(60);
    expect(gone + Number(subject.facts['requests and messages'])).toBeGreaterThanOrEqual(100);
  });

  it('judges nothing by frames where they pass unseen', () => {
    const judge = createLiveJudge();
    judge.see({ seq: 1, at: 0, kind: 'note', text: 'endpoints are kept', gap: 'frames' });
    see(judge, session('sofa', EAGER));
    expect(judge.look(60_000).map(({ rule }) => rule.id)).not.toContain('client/gate/requested-first');
    const rule = judge.conclude(60_000, OPTIONS).rules.find(({ id }) => id === 'client/gate/requested-first');
    expect(rule).toMatchObject({
      verdict: 'not-observable',
      reason: 'Frames passed unseen: endpoints are kept.',
    });
  });
});

const isNoPong = (entry: JournalEntry) => entry.kind !== 'frame' || !entry.raw.includes('PONG');

const read = (entries: readonly JournalEntry[]) => readEntries(entries as RecordedEntry[]);

/** The journal of a server, which writes its answer in this way, and sees this path opened. */
function serverSide(body: string, path: string): JournalEntry[] {
  return session('sofa', GOOD).map((entry) => {
    if (entry.kind === 'response') return { ...entry, body };
    return entry.kind === 'open' ? { ...entry, url: path } : entry;
  });
}

/** The client hears neither EXPIRED nor the close, and connects once more. */
function returnAfterLostNews(): JournalEntry[] {
  const news: readonly Said[] = [
    [3_000, 'server', 'EXPIRED'],
    [3_001, 'server', 'close'],
  ];
  const entries = session('sofa', [...GOOD.slice(0, 2), ...news]);
  const lost = entries.slice(-2).map((each) => ({ ...each, injected: 'a fault', lost: true as const }));
  const again = entries
    .filter(({ kind }) => kind === 'open' || kind === 'frame')
    .slice(0, 2)
    .map((each) => ({ ...each, at: each.at + 9_000, connection: 'sofa-2' }));
  return [...entries.slice(0, -2), ...lost, ...again] as JournalEntry[];
}

const withPing = (change: object): JournalEntry[] =>
  session('sofa', GOOD).map((each) =>
    each.kind === 'frame' && each.raw.includes('PING') ? { ...each, injected: 'a fault', ...change } : each,
  );

describe('the entries of a journal', () => {
  it('of other traffic are no part of the conversation', () => {
    const page = {
      seq: 0,
      at: 0,
      kind: 'request',
      exchange: 'p',
      method: 'GET',
      url: 'https://a/',
      headers: {},
      body: '',
    };
    const chat = { seq: 0, at: 0, kind: 'open', connection: 'chat', url: 'wss://a/chat', headers: {} };
    const devices = read([page, chat, ...session('sofa', GOOD)] as JournalEntry[]);
    expect(devices.flatMap(({ events }) => events)).toHaveLength(4 + GOOD.length);
  });

  it('of a body that passed unread leave a gap, and are not judged', () => {
    const [asked, ...rest] = session('sofa', GOOD);
    const [device] = read([{ ...asked!, body: '', unread: 2_000_000 } as JournalEntry, ...rest]);
    expect([...device!.gaps.keys()]).toEqual(expect.arrayContaining(['answers', 'beginning']));
    expect(device!.events.some(({ kind }) => kind === 'request' || kind === 'response')).toBe(false);
  });

  it.each(['x', undefined])('of a refused upgrade are an attempt that came to nothing: %s', (connection) => {
    const refused = {
      seq: 9,
      at: 3,
      customerId: 'c1',
      sessionId: 'sofa',
      connection,
      kind: 'refused-upgrade',
      url: 'wss://a/c?token=sofa',
      status: 503,
      message: '',
    };
    const [device] = read([...session('sofa', []), refused] as JournalEntry[]);
    expect(device!.events.map(({ kind }) => kind)).toEqual([
      'request',
      'response',
      'attempt',
      'open',
      'attempt',
      'refused',
    ]);
  });

  const GRANTED = 'wss://drisc.example/connect?v=1&token=sofa';
  const escaped = JSON.stringify({ endpoint: GRANTED });

  it.each([
    ['as it is', escaped, '/connect?v=1&token=sofa', 'pass'],
    ['with slashes escaped', escaped.replaceAll('/', '\\/'), '/connect?v=1&token=sofa', 'pass'],
    ['with ampersands escaped', escaped.replaceAll('&', '\\u0026'), '/connect?v=1&token=sofa', 'pass'],
    ['with another path opened', escaped, '/other/path?v=1&token=sofa', 'fail'],
    ['with a parameter more', escaped, '/connect?v=1&token=sofa&lang=pl', 'fail'],
    ['with a path that looks like a host', escaped, '//[', 'fail'],
  ])('of a server show whether its endpoint was opened: %s', (_, body, path, verdict) => {
    const judge = createLiveJudge();
    see(judge, serverSide(body, path));
    const { rules } = judge.conclude(60_000, OPTIONS);
    expect(rules.find(({ id }) => id === 'client/request/endpoint-verbatim')?.verdict).toBe(verdict);
  });

  it.each([
    ['a PING that a fault swallowed', withPing({ lost: true }).filter(isNoPong)],
    [
      'a PING that was too long to be kept whole',
      withPing({ raw: '{"action":"PING","padding":"xx', clippedFrom: 2_000_000 }),
    ],
    ['an EXPIRED that a fault swallowed', returnAfterLostNews()],
  ])('of %s blame nobody', (_, entries) => {
    const judge = createLiveJudge();
    see(judge, entries);
    const { rules } = judge.conclude(60_000, OPTIONS);
    expect(rules.flatMap(({ id, failures }) => (failures.length > 0 ? [id] : []))).toEqual([]);
  });

  it('of a path that is none do not keep the rest from being read', () => {
    for (const body of ['null', '[]', '{"endpoint":7}', '"endpoint"', '{"endpoint":"/ws"}']) {
      expect(read(serverSide(body, '//['))[0]!.events).toHaveLength(4 + GOOD.length);
    }
  });
});
