import { describe, expect, it } from 'vitest';
import type { Result } from '../../reports/result.ts';
import { resultSchema } from '../../reports/result.ts';
import { checkRecordings } from './check-recordings.ts';
import { conforming, create, ENDPOINT, say, writeHar } from './har-fixture.ts';
import { readHar } from './read-har.ts';
import type { RecordedDevice } from './recorded-device.ts';

type Lines = Parameters<typeof writeHar>[0];

function read(lines: Lines, name = 'phone', unit: 's' | 'ms' = 's'): RecordedDevice {
  return readAs(name, writeHar(lines, unit));
}

function check(...devices: RecordedDevice[]): Result {
  const result = checkRecordings(devices, {
    name: 'test',
    tool: { name: 'drisckit', version: '0.0.0' },
    startedAt: new Date(0),
  });
  expect(resultSchema.parse(result)).toEqual(result);
  return result;
}

function readAs(name: string, har: object): RecordedDevice {
  return { ...readHar(JSON.stringify(har), `${name}.har`), name };
}

function verdicts(result: Result, verdict: string): string[] {
  return result.rules.filter((rule) => rule.verdict === verdict).map(({ id }) => id);
}

/** The conforming conversation with other messages on its connection. */
function withMessages(...messages: (readonly [number, 'send' | 'receive', string])[]): Lines {
  return [create(0), { socket: ENDPOINT, at: 40, messages: messages.map((message) => [...message]) }];
}

const OPENING = [
  [60, 'send', say('REQUESTED')],
  [70, 'receive', say('OK')],
] as const;

describe('a recording', () => {
  it.each(['s', 'ms'] as const)('of nobody in the wrong breaks no rule, with times in %s', (unit) => {
    const result = check(read(conforming(), 'phone', unit));
    expect([...verdicts(result, 'fail'), ...verdicts(result, 'warn')]).toEqual([]);
    expect(verdicts(result, 'pass')).toMatchSnapshot();
  });

  it.each<[fault: string, rule: string, lines: Lines]>([
    [
      'leaves PING unanswered',
      'client/liveness/answers-ping',
      withMessages(...OPENING, [1_000, 'receive', say('PING')], [9_000, 'receive', say('PING')]),
    ],
    [
      'answers PING late',
      'client/liveness/answers-in-time',
      withMessages(...OPENING, [1_000, 'receive', say('PING')], [8_000, 'send', say('PONG')]),
    ],
    [
      'sends PONG unasked',
      'client/liveness/no-unasked-pong',
      withMessages(...OPENING, [90, 'send', say('PONG')]),
    ],
    [
      'says something else first',
      'client/gate/requested-first',
      withMessages([50, 'send', say('PONG')], ...OPENING),
    ],
    [
      'speaks after FINISHED',
      'client/finish/nothing-after',
      withMessages(...OPENING, [90, 'send', say('FINISHED')], [95, 'send', say('PONG')]),
    ],
    [
      'connects to something else',
      'client/request/endpoint-verbatim',
      [create(0), { socket: `${ENDPOINT}&v=2`, at: 40, messages: OPENING.map((message) => [...message]) }],
    ],
    [
      'connects without a grant',
      'client/gate/grant-needs-200',
      [
        create(0, { endpoint: ENDPOINT }, 403),
        { socket: ENDPOINT, at: 40, messages: OPENING.map((message) => [...message]) },
      ],
    ],
    [
      'sends what is no message',
      'client/robustness/speaks-cleanly',
      withMessages(...OPENING, [80, 'send', 'ping 🎬 ]]>']),
    ],
    [
      'spells OK in another way',
      'server/connection/json-text-frames',
      withMessages([60, 'send', say('REQUESTED')], [70, 'receive', say('ok')]),
    ],
    [
      'grants unasked',
      'server/connection/no-ok-unasked',
      withMessages([50, 'receive', say('OK')], [60, 'send', say('REQUESTED')]),
    ],
    ['answers 201', 'server/create/grant-below-limit', [create(0, { endpoint: ENDPOINT }, 201)]],
    ['gives a path', 'server/create/absolute-endpoint', [create(0, { endpoint: '/ws?token=a' })]],
    [
      'does not say whether takeover is enabled',
      'server/limit/say-takeover-enabled',
      [create(0, { code: 'LimitExceeded', message: 'no' }, 403)],
    ],
    [
      'takes a session over without a name',
      'server/takeover/new-name',
      withMessages(...OPENING, [90, 'receive', say('TAKE_OVER')]),
    ],
  ])('of one that %s fails by %s, at the frame', (_, rule, lines) => {
    const result = check(read(lines));
    expect(verdicts(result, 'fail')).toContain(rule);
    const [failure] = result.rules.find(({ id }) => id === rule)!.failures;
    expect(failure!.transcript.filter(({ offending }) => offending)).toHaveLength(1);
    expect(failure!.transcript.some(({ label }) => label.includes('1005'))).toBe(false);
  });

  it('shows no token, also where it quotes an endpoint', () => {
    const own = `wss://drisc.example/ws?token=${token('tv-1')}`;
    const lines: Lines = [
      create(0, { endpoint: own }),
      { socket: `${own}x`, at: 40, messages: OPENING.map((message) => [...message]) },
    ];
    const result = check(read(lines));
    const [failure] = result.rules.find(({ id }) => id === 'client/request/endpoint-verbatim')!.failures;
    expect(failure).toMatchObject({
      expected: 'wss://drisc.example/ws?token=•••',
      actual: 'wss://drisc.example/ws?token=•••, with another token',
    });
    expect(JSON.stringify(result)).not.toMatch(/\.c2ln|Bearer eyJhb/);
  });

  it('says what it does not show, and does not guess', () => {
    const har = writeHar(conforming());
    delete (har.log.entries[0]!.response as { content?: object }).content;
    const result = check({ ...readHar(JSON.stringify(har), 'phone.har'), name: 'phone' });
    const verbatim = result.rules.find(({ id }) => id === 'client/request/endpoint-verbatim')!;
    expect(verbatim).toMatchObject({
      verdict: 'not-observable',
      reason: 'The HAR lacks the body of the answer to POST /sessions; record it with content.',
    });
    expect(verdicts(result, 'fail')).toEqual([]);
    expect(result.notes.join('\n')).toContain('phone: A HAR does not tell when and by whom');
  });

  it('does not blame a client for what its user may have done', () => {
    const result = check(read([...conforming().slice(0, 1), create(900)]));
    const rule = result.rules.find(({ id }) => id === 'client/request/one-session')!;
    expect(rule.verdict).toBe('not-observable');
    expect(rule.reason).toMatch(/Whether its user asked for that, the recording does not show/);
  });

  it('of a server, written as HAR, leaves in doubt whether a mute client was reached', () => {
    const frames = [...OPENING, [1_000, 'receive', say('PING')], [9_000, 'receive', say('PING')]] as const;
    const har = writeHar(withMessages(...frames));
    const log = { ...har.log, creator: { name: 'drisckit', version: '1' } };
    const device = readHar(JSON.stringify({ log }), 'server.har');
    const rule = check(device).rules.find(({ id }) => id === 'client/liveness/answers-ping')!;
    expect(rule.reason).toMatch(/Whether the PING reached the client, the recording does not show/);
  });

  it('of our own says which messages a fault swallowed, and nobody has to answer those', () => {
    const frames = [...OPENING, [1_000, 'receive', say('PING')], [9_000, 'send', say('FINISHED')]] as const;
    const har = writeHar(withMessages(...frames));
    const judge = () => verdicts(check(readAs('phone', har)), 'fail');
    expect(judge()).toEqual(['client/liveness/answers-ping']);
    Object.assign(har.log.entries[1]!._webSocketMessages![2]!, { _injected: 'lose-frame', _lost: true });
    expect(judge()).toEqual([]);
  });

  it('does not take a PING at the very end for an unanswered one', () => {
    const result = check(read(withMessages(...OPENING, [1_000, 'receive', say('PING')])));
    expect(verdicts(result, 'fail')).toEqual([]);
  });
});

function token(id: string): string {
  return `e30.${Buffer.from(JSON.stringify({ sessionId: id })).toString('base64url')}.c2ln`;
}

describe('several recordings', () => {
  const tvAt = `wss://drisc.example/ws?token=${token('tv-1')}`;
  const tv = (...more: (readonly [number, 'send' | 'receive', string])[]): RecordedDevice =>
    read(
      [
        create(0, { endpoint: tvAt }),
        { socket: tvAt, at: 40, messages: [...OPENING, ...more].map((message) => [...message]) },
      ],
      'tv',
    );
  const phone = read(
    [
      {
        post: '/takeover',
        at: 10_000,
        status: 200,
        body: { sessionName: 'Phone', offerId: 'S100_US', sessionId: 'tv-1' },
        answer: { endpoint: ENDPOINT },
      },
    ],
    'phone',
  );

  it('show that a victim was told, and by which name', () => {
    const told = check(tv([10_010, 'receive', say('TAKE_OVER', { sessionName: 'Phone' })]), phone);
    expect(verdicts(told, 'pass')).toEqual(
      expect.arrayContaining(['server/takeover/tell-victim', 'server/takeover/new-name']),
    );
    const misnamed = check(tv([10_010, 'receive', say('TAKE_OVER', { sessionName: 'TV' })]), phone);
    expect(verdicts(misnamed, 'fail')).toEqual(['server/takeover/new-name']);
    const { transcript } = misnamed.rules.find(({ id }) => id === 'server/takeover/new-name')!.failures[0]!;
    expect(new Set(transcript.map(({ device }) => device))).toEqual(new Set(['tv', 'phone']));
    expect(transcript.map(({ at }) => at)).toEqual(transcript.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('show that a victim was not told, while it was still heard', () => {
    const mute = check(
      tv([15_000, 'receive', say('PING')], [15_010, 'send', say('PONG')], [16_000, 'receive', say('PING')]),
      phone,
    );
    expect(verdicts(mute, 'fail')).toEqual(['server/takeover/tell-victim']);
    expect(verdicts(check(tv(), phone), 'fail')).toEqual([]);
  });
});
