import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../simulator/journal.ts';
import { createLiveJudge } from './live-judge.ts';
import type { LiveJudge } from './live-judge.ts';
import { readEntries } from './read-entries.ts';
import type { RecordedEntry } from './read-journal.ts';

const OPTIONS = { name: 'test', tool: { name: 'drisckit', version: '0' }, startedAt: new Date(0) };

type Said = readonly [at: number, from: 'client' | 'server', action: string];

/** The entries of a session of one device, `name`, that was granted at 0. */
function session(name: string, frames: readonly Said[], customerId = 'c1'): JournalEntry[] {
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
  return entries.map((entry, seq) => ({ seq, ...entry }) as unknown as JournalEntry);
}

const GOOD: readonly Said[] = [
  [10, 'client', 'REQUESTED'],
  [20, 'server', 'OK'],
  [5_000, 'server', 'PING'],
  [5_010, 'client', 'PONG'],
  [30_000, 'client', 'FINISHED'],
  [30_010, 'server', 'close'],
];
const MUTE: readonly Said[] = GOOD.filter(([, , action]) => action !== 'PONG');
const EAGER: readonly Said[] = [[5, 'client', 'PONG'], [6, 'server', 'OK'], ...GOOD];

function see(judge: LiveJudge, entries: readonly JournalEntry[]): void {
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) judge.see(entry);
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
    const judge = createLiveJudge({}, 50);
    for (let count = 0; count < 40; count += 1) see(judge, session(`s${count}`, count === 3 ? EAGER : GOOD));
    const { rules, notes } = judge.conclude(60_000, OPTIONS);
    expect(rules.find(({ id }) => id === 'client/gate/requested-first')).toMatchObject({
      verdict: 'fail',
      exercised: 40,
      failures: [{ check: 'session s3' }],
    });
    expect(notes.join()).toMatch(/3\d devices were judged on the way/);
  });

  it('waits for no answer for ever, where clients hang up', () => {
    const judge = createLiveJudge({}, 50);
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

const read = (entries: readonly JournalEntry[]) => readEntries(entries as RecordedEntry[]);

/** The journal of a server, which writes its answer in this way, and sees this path opened. */
function serverSide(body: string, path: string): JournalEntry[] {
  return session('sofa', GOOD).map((entry) => {
    if (entry.kind === 'response') return { ...entry, body };
    return entry.kind === 'open' ? { ...entry, url: path } : entry;
  });
}

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

  it('of a refused upgrade are an attempt that came to nothing', () => {
    const refused = {
      seq: 9,
      at: 3,
      customerId: 'c1',
      sessionId: 'sofa',
      connection: 'x',
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

  it('of a path that is none do not keep the rest from being read', () => {
    for (const body of ['null', '[]', '{"endpoint":7}', '"endpoint"', '{"endpoint":"/ws"}']) {
      expect(read(serverSide(body, '//['))[0]!.events).toHaveLength(4 + GOOD.length);
    }
  });
});
