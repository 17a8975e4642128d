import type { Coverage, Failure, Result, RuleResult } from './result.ts';

/** Everything that has broken a report before: quotes, markup, terminators, control characters, reordering, emoji. */
export const HOSTILE =
  '"double" \'single\' `tick` <script>alert(1)</script> </script> ]]> <!-- --> & &amp; | pipe \u0000\u0007\u001b[31m\u202Eevil \ud800 🎬\nsecond line\t%0A::error::x %{y} ${z}';

const GUIDE = {
  name: 'Integration Guide',
  url: 'https://developers.cleeng.com/docs/simultaneous-session-control-integration-guide',
};
const SERVER_MESSAGES = {
  name: 'Server Side Messages',
  url: 'https://developers.cleeng.com/docs/drisc-server-side-messages',
};

function rule(
  overrides: Partial<RuleResult> & Pick<RuleResult, 'id' | 'section' | 'title' | 'clause'>,
): RuleResult {
  return {
    side: 'server',
    level: 'MUST',
    text: `${overrides.title}.`,
    mark: 'A',
    sources: [],
    why: 'Devices that rely on it stop, or play when they must not.',
    verdict: 'pass',
    exercised: 40,
    duration: 310,
    failures: [],
    ...overrides,
  };
}

/** The server's rules as a conforming server has them, one of each verdict that is no failure among them. */
function sampleServerRules(): RuleResult[] {
  return [
    rule({
      id: 'server/auth/refuse-unsigned-token',
      section: 'Authorisation',
      clause: '2.8',
      title: 'A token with alg "none" is refused with 401',
      text: 'A server MUST answer 401 with the code Unauthorized when the token is missing, malformed, expired, wrongly signed, unsigned (alg: none), or lacks customerId or publisherId.',
      why: 'Anyone could watch in another customer’s name.',
      exercised: 60,
      duration: 122,
    }),
    rule({
      id: 'server/auth/numeric-claims',
      section: 'Authorisation',
      clause: '2.5',
      title: 'Claims are taken as numbers and as strings',
      text: 'A server MUST accept customerId and publisherId as JSON numbers and as non-empty strings, and MUST take 123 and "123" for the same identity.',
      mark: 'C',
      sources: [{ name: 'reference client' }],
      why: 'The same customer would have two pools, and twice the sessions.',
      exercised: 48,
      duration: 98,
    }),
    rule({
      id: 'server/limit/refuse-above-limit',
      section: 'Limit reached',
      clause: '3.18',
      title: 'A create above the limit is refused',
      text: 'When the pool has as many sessions as its limit or more, the server MUST refuse POST /sessions with the error LimitExceeded and create no session.',
      mark: 'D',
      sources: [
        { name: 'Initiate Session', url: 'https://developers.cleeng.com/reference/initiate-session' },
      ],
      why: 'The customer watches on more screens than the offer allows.',
      exercised: 214,
      duration: 1830,
    }),
    rule({
      id: 'server/limit/list-active-sessions',
      section: 'Limit reached',
      clause: '3.22',
      title: 'The refusal lists every session of the pool and no other',
      text: 'activeSessions MUST list every session of the pool and no other, oldest first, with name as given at its creation.',
      why: 'The viewer cannot pick the device to take over, or sees a stranger’s.',
      exercised: 214,
      duration: 640,
    }),
    rule({
      id: 'server/limit/answer-at-once',
      section: 'Limit reached',
      clause: '3.24',
      title: 'A refusal does not wait for PONGs',
      level: 'SHOULD',
      text: 'The server MUST answer at once and MUST NOT wait for the PONGs that a refused create asks for.',
      why: 'The viewer looks at a spinner for the whole PONG deadline.',
      verdict: 'inconclusive',
      reason: 'The harness was held up for 240 ms in 3 of 4 measurements. Run it on a quieter machine.',
      exercised: 4,
      duration: 5100,
    }),
    rule({
      id: 'server/ping/on-create',
      section: 'PING and liveness',
      clause: '4.16',
      title: 'A create sends PING to the connected sessions of the pool',
      text: 'When a session has been created, the server MUST send PING to the connected sessions of the same pool, except the new one.',
      mark: 'D',
      sources: [SERVER_MESSAGES],
      why: 'Dead sessions hold their slots, and a paying customer is locked out.',
      exercised: 186,
      duration: 2410,
    }),
    rule({
      id: 'server/ping/missed-pong-frees-slot',
      section: 'PING and liveness',
      clause: '4.24',
      title: 'A session that does not answer in time is deleted',
      text: 'A session whose challenge is outstanding for pongTimeout (5 s by default) MUST be deleted.',
      mark: 'D',
      sources: [SERVER_MESSAGES, GUIDE],
      why: 'A television that lost its power keeps its slot for ever.',
      exercised: 32,
      duration: 8200,
    }),
    rule({
      id: 'server/ping/control-frames-do-not-count',
      section: 'PING and liveness',
      clause: '4.30',
      title: 'WebSocket control frames do not stand in for PONG',
      text: 'The ping and pong control frames of WebSocket (RFC 6455) MUST NOT count as PING and PONG.',
      why: 'A browser answers control frames even when the player has crashed.',
      verdict: 'not-observable',
      reason:
        'The PONG deadline is not known. Declare it with --fact pongTimeout=5s, or let the run measure it.',
      exercised: 0,
      duration: 0,
    }),
    rule({
      id: 'server/finished/slot-is-free',
      section: 'FINISHED',
      clause: '4.33',
      title: 'FINISHED deletes the session and frees its slot',
      text: 'On FINISHED on the associated connection, the server MUST delete the session, so that the slot is free and playing again needs a new session.',
      mark: 'D',
      sources: [
        {
          name: 'Client Side Messages',
          url: 'https://developers.cleeng.com/docs/drisc-client-side-messages',
        },
      ],
      why: 'The viewer stops on the phone and cannot start on the television.',
      exercised: 96,
      duration: 720,
    }),
    rule({
      id: 'server/reconnect/terminate-former',
      section: 'Reconnection and TERMINATE',
      clause: '4.38',
      title: 'A newer connection terminates the older one',
      text: 'When a newer connection takes over a session whose old connection is still open, the server MUST send TERMINATE to the old connection.',
      mark: 'D',
      sources: [SERVER_MESSAGES],
      why: 'Two players share one session, and the limit means nothing.',
      exercised: 88,
      duration: 1104,
    }),
    rule({
      id: 'server/reconnect/superseded-is-mute',
      section: 'Reconnection and TERMINATE',
      clause: '4.43',
      title: 'A superseded connection has no effect any more',
      text: 'Whatever a superseded connection still sends (REQUESTED, PONG and FINISHED included) MUST have no effect.',
      why: 'The old player ends the session under the new one, and the picture stops.',
      exercised: 88,
      duration: 1300,
    }),
    rule({
      id: 'server/takeover/disabled',
      section: 'Takeover',
      clause: '3.35',
      title: 'With takeover switched off, a takeover is refused',
      text: 'When the publisher has takeover switched off, the server MUST answer 403 with the code TakeoverDisabled and change nothing, whether or not the victim exists.',
      why: 'The publisher forbade it.',
      verdict: 'not-applicable',
      reason: 'No publisher without takeover was declared. Give one with --publisher ID,SECRET,takeover=off.',
      exercised: 0,
      duration: 0,
    }),
  ];
}

const COVERED: [from: string, input: string, to: string, count: number][] = [
  ['pending.quiet', 'REQUESTED', 'connected.quiet', 642],
  ['pending.quiet', 'TAKEN_OVER', 'ended', 31],
  ['pending.quiet', 'pendingTimeout', 'ended', 4],
  ['pending.quiet', 'EXPIRE', 'ended', 0],
  ['connected.quiet', 'PING', 'connected.pinged', 388],
  ['connected.quiet', 'REQUESTED', 'connected.quiet', 41],
  ['connected.quiet', 'REQUESTED_AGAIN', 'connected.quiet', 17],
  ['connected.quiet', 'CONNECTION_LOST', 'lost.quiet', 122],
  ['connected.quiet', 'TERMINATE', 'lost.quiet', 0],
  ['connected.quiet', 'FINISHED', 'ended', 204],
  ['connected.quiet', 'TAKEN_OVER', 'ended', 88],
  ['connected.quiet', 'EXPIRE', 'ended', 0],
  ['connected.pinged', 'PONG', 'connected.quiet', 301],
  ['connected.pinged', 'REQUESTED', 'connected.quiet', 22],
  ['connected.pinged', 'PING', 'connected.pinged', 67],
  ['connected.pinged', 'REQUESTED_AGAIN', 'connected.pinged', 0],
  ['connected.pinged', 'CONNECTION_LOST', 'lost.pinged', 18],
  ['connected.pinged', 'TERMINATE', 'lost.pinged', 0],
  ['connected.pinged', 'FINISHED', 'ended', 12],
  ['connected.pinged', 'TAKEN_OVER', 'ended', 9],
  ['connected.pinged', 'pongTimeout', 'ended', 14],
  ['connected.pinged', 'EXPIRE', 'ended', 0],
  ['lost.quiet', 'PING', 'lost.pinged', 36],
  ['lost.quiet', 'REQUESTED', 'connected.quiet', 61],
  ['lost.quiet', 'TAKEN_OVER', 'ended', 7],
  ['lost.quiet', 'EXPIRE', 'ended', 0],
  ['lost.pinged', 'REQUESTED', 'connected.quiet', 19],
  ['lost.pinged', 'pongTimeout', 'ended', 20],
  ['lost.pinged', 'TAKEN_OVER', 'ended', 3],
  ['lost.pinged', 'EXPIRE', 'ended', 0],
  ['ended', 'REQUESTED', 'ended', 73],
];

function sampleCoverage(): Coverage {
  return {
    states: ['pending.quiet', 'connected.quiet', 'connected.pinged', 'lost.quiet', 'lost.pinged', 'ended'],
    transitions: COVERED.map(([from, input, to, count]) => ({ from, input, to, count })),
    pairs: { covered: 71, total: 112 },
  };
}

/** A server that conforms. */
export function conformingServer(): Result {
  return {
    version: 1,
    tool: { name: 'drisc', version: '0.1.0' },
    kind: 'server',
    subject: {
      name: 'http://127.0.0.1:8787',
      facts: {
        offer: 'S100_US (tag live)',
        limit: '2 sessions, measured',
        'PONG deadline': '5.0 s, declared',
        takeover: 'on',
        'round trip': '0.6 ms median, 1.9 ms p99',
      },
    },
    startedAt: '2026-11-22T09:14:07.120Z',
    duration: 24_310,
    seed: 1207964,
    complete: true,
    rules: sampleServerRules(),
    ambiguities: [
      {
        id: 'AMB-1',
        question: 'What does the disabled answer look like?',
        observed: 'Both: status "disabled" and enabled false.',
      },
      { id: 'AMB-3', question: 'Which status does LimitExceeded have?', observed: '403' },
      { id: 'AMB-4', question: 'Whom does a PING reach?', observed: 'The connected sessions of the pool.' },
      {
        id: 'AMB-7',
        question: 'Which close codes, and does the server close after EXPIRED and FINISHED?',
        observed: 'It closes after both, with 1000.',
      },
      { id: 'AMB-10', question: 'Is a takeover allowed below the limit?' },
    ],
    coverage: sampleCoverage(),
    notes: ['The address is plain http; a deployed server should be reached over https.'],
  };
}

const SUPERSEDED: Failure = {
  check: 'server/reconnect/superseded-is-mute',
  message: 'FINISHED on the superseded connection ended the session of the newer one.',
  expected:
    'After TERMINATE the old connection is mute: the session lives on, and REQUESTED on the newer connection gets OK.',
  actual: 'The record was deleted: REQUESTED on the newer connection got EXPIRED after 4 ms.',
  steps: [
    'tv: creates a session "Living room"',
    'tv: connects and sends REQUESTED',
    'tv-again: connects to the same endpoint and sends REQUESTED',
    'tv: sends FINISHED on its old connection',
    'tv-again: sends REQUESTED and expects OK',
  ],
  transcript: [
    {
      at: 0,
      device: 'tv',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Living room","offerId":"S100_US"}',
    },
    {
      at: 3.1,
      device: 'tv',
      kind: 'response',
      direction: 'in',
      label: '200',
      raw: '{"endpoint":"ws://127.0.0.1:8787/ws?token=***"}',
    },
    {
      at: 5.4,
      device: 'tv',
      kind: 'open',
      direction: 'out',
      label: 'open',
      raw: 'ws://127.0.0.1:8787/ws?token=***',
    },
    {
      at: 6.0,
      device: 'tv',
      kind: 'frame',
      direction: 'out',
      label: 'REQUESTED',
      raw: '{"action":"REQUESTED"}',
    },
    { at: 6.8, device: 'tv', kind: 'frame', direction: 'in', label: 'OK', raw: '{"action":"OK"}' },
    { at: 7.0, device: 'tv', kind: 'playback', label: 'plays' },
    {
      at: 11.2,
      device: 'tv-again',
      kind: 'open',
      direction: 'out',
      label: 'open',
      raw: 'ws://127.0.0.1:8787/ws?token=***',
    },
    {
      at: 11.9,
      device: 'tv-again',
      kind: 'frame',
      direction: 'out',
      label: 'REQUESTED',
      raw: '{"action":"REQUESTED"}',
    },
    {
      at: 12.6,
      device: 'tv',
      kind: 'frame',
      direction: 'in',
      label: 'TERMINATE',
      raw: '{"action":"TERMINATE"}',
      injected: 'delay-close 50 ms',
    },
    { at: 12.7, device: 'tv-again', kind: 'frame', direction: 'in', label: 'OK', raw: '{"action":"OK"}' },
    {
      at: 14.1,
      device: 'tv',
      kind: 'frame',
      direction: 'out',
      label: 'FINISHED',
      raw: '{"action":"FINISHED"}',
    },
    {
      at: 20.3,
      device: 'tv-again',
      kind: 'frame',
      direction: 'out',
      label: 'REQUESTED',
      raw: '{"action":"REQUESTED"}',
    },
    {
      at: 24.5,
      device: 'tv-again',
      kind: 'frame',
      direction: 'in',
      label: 'EXPIRED',
      raw: '{"action":"EXPIRED"}',
      offending: true,
    },
    { at: 24.9, device: 'tv-again', kind: 'close', direction: 'in', label: 'close 1000' },
    { at: 62.6, device: 'tv', kind: 'close', direction: 'in', label: 'close 1000' },
  ],
  replay: {
    token: 'v1.1207964.0:3:1.AQID',
    command: 'drisc test server http://127.0.0.1:8787 --replay v1.1207964.0:3:1.AQID',
  },
};

const LEAKED: Failure = {
  check: 'server/limit/list-active-sessions',
  message: 'The refusal lists a session of another customer.',
  expected: 'activeSessions names "Phone" and "Kitchen tablet", the two sessions of customer 100.',
  actual: 'activeSessions names "Phone", "Kitchen tablet" and "Grandma’s TV", which is customer 101’s.',
  steps: [
    'phone: creates a session "Phone" as customer 100',
    'tablet: creates a session "Kitchen tablet" as customer 100',
    'stranger: creates a session "Grandma’s TV" as customer 101',
    'laptop: creates a session "Laptop" as customer 100 and is refused',
  ],
  transcript: [
    {
      at: 0,
      device: 'phone',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Phone","offerId":"S100_US"}',
    },
    {
      at: 2.2,
      device: 'phone',
      kind: 'response',
      direction: 'in',
      label: '200',
      raw: '{"endpoint":"ws://127.0.0.1:8787/ws?token=***"}',
    },
    {
      at: 3.0,
      device: 'tablet',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Kitchen tablet","offerId":"S100_US"}',
    },
    {
      at: 5.1,
      device: 'tablet',
      kind: 'response',
      direction: 'in',
      label: '200',
      raw: '{"endpoint":"ws://127.0.0.1:8787/ws?token=***"}',
    },
    {
      at: 6.0,
      device: 'stranger',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Grandma’s TV","offerId":"S100_US"}',
    },
    {
      at: 7.7,
      device: 'stranger',
      kind: 'response',
      direction: 'in',
      label: '200',
      raw: '{"endpoint":"ws://127.0.0.1:8787/ws?token=***"}',
    },
    {
      at: 9.0,
      device: 'laptop',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Laptop","offerId":"S100_US"}',
    },
    {
      at: 11.4,
      device: 'laptop',
      kind: 'response',
      direction: 'in',
      label: '403 LimitExceeded',
      raw: '{"code":"LimitExceeded","message":"Limit reached.","details":{"takeOverEnabled":true,"activeSessions":[{"sessionId":"a1","name":"Phone"},{"sessionId":"a2","name":"Kitchen tablet"},{"sessionId":"b1","name":"Grandma’s TV"}]}}',
      offending: true,
    },
  ],
  replay: {
    token: 'v1.1207964.2:0',
    command: 'drisc test server http://127.0.0.1:8787 --replay v1.1207964.2:0',
  },
};

const UNDEAD: Failure = {
  check: 'server/ping/missed-pong-frees-slot',
  message: 'A session that never answered PING still holds its slot after the deadline.',
  expected:
    'tv is deleted 5.0 s after its PING (accepted: 4.9 s to 5.6 s), and tablet’s second create is granted.',
  actual: 'The create 6.0 s after the PING was refused with LimitExceeded, and "Bedroom TV" is still listed.',
  steps: [
    'tv: creates a session "Bedroom TV", connects and sends REQUESTED',
    'phone: creates a session "Phone"',
    'tv: does not answer PING',
    'tablet: creates a session after the deadline and expects 200',
  ],
  transcript: [
    {
      at: 0,
      device: 'tv',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Bedroom TV","offerId":"S100_US"}',
    },
    { at: 2.4, device: 'tv', kind: 'response', direction: 'in', label: '200' },
    { at: 4.0, device: 'tv', kind: 'open', direction: 'out', label: 'open' },
    {
      at: 4.6,
      device: 'tv',
      kind: 'frame',
      direction: 'out',
      label: 'REQUESTED',
      raw: '{"action":"REQUESTED"}',
    },
    { at: 5.1, device: 'tv', kind: 'frame', direction: 'in', label: 'OK', raw: '{"action":"OK"}' },
    {
      at: 8.0,
      device: 'phone',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Phone","offerId":"S100_US"}',
    },
    { at: 9.9, device: 'phone', kind: 'response', direction: 'in', label: '200' },
    { at: 10.2, device: 'tv', kind: 'frame', direction: 'in', label: 'PING', raw: '{"action":"PING"}' },
    { at: 10.3, device: 'tv', kind: 'command', label: 'withholds PONG', injected: 'mute' },
    { at: 5010.2, device: 'tv', kind: 'note', label: 'PONG deadline of 5.0 s passes' },
    {
      at: 6012.0,
      device: 'tablet',
      kind: 'request',
      direction: 'out',
      label: 'POST /sessions',
      raw: '{"sessionName":"Tablet","offerId":"S100_US"}',
    },
    {
      at: 6014.4,
      device: 'tablet',
      kind: 'response',
      direction: 'in',
      label: '403 LimitExceeded',
      raw: '{"code":"LimitExceeded"}',
      offending: true,
    },
  ],
  replay: { token: 'v1.1207964.5', command: 'drisc test server http://127.0.0.1:8787 --replay v1.1207964.5' },
};

/** A server that breaks three rules in three ways, two of them across several devices, and one recommendation. */
export function faultyServer(): Result {
  const failures: Record<string, Failure> = Object.fromEntries(
    [SUPERSEDED, LEAKED, UNDEAD].map((failure) => [failure.check, failure]),
  );
  const result = conformingServer();
  return {
    ...result,
    rules: result.rules.map((entry) => {
      const failure = failures[entry.id];
      if (failure) return { ...entry, verdict: 'fail', failures: [failure] };
      if (entry.id !== 'server/limit/answer-at-once') return entry;
      return {
        ...entry,
        verdict: 'warn',
        reason: 'The refusal came after 5.1 s: the server waits for the PONG deadline first.',
      };
    }),
  };
}

/** A client that takes itself back after a takeover, with a log, a location, and texts that break a careless report. */
export function faultyClient(): Result {
  return {
    ...conformingServer(),
    kind: 'client',
    subject: {
      name: `node player.js --title ${HOSTILE}`,
      facts: { driver: 'process', [`fact ${HOSTILE}`]: HOSTILE },
    },
    rules: [
      rule({
        id: 'client/play/after-ok',
        side: 'client',
        section: 'Playback',
        clause: '5.1',
        title: 'Playback starts after OK and not before',
        mark: 'D',
        sources: [GUIDE, { name: 'a script', url: 'javascript:alert(1)' }],
      }),
      rule({
        id: 'client/takeover/no-way-back',
        side: 'client',
        section: `Takeover ${HOSTILE}`,
        clause: '5.23',
        title: `After TAKE_OVER the client does not reconnect on its own ${HOSTILE}`,
        text: HOSTILE,
        why: `Two devices throw each other out for ever. ${HOSTILE}`,
        verdict: 'fail',
        failures: [
          {
            check: 'client/takeover/no-way-back',
            message: `The client connected again 210 ms after TAKE_OVER. ${HOSTILE}`,
            expected: `No connection and no request for 5 s. ${HOSTILE}`,
            actual: HOSTILE,
            steps: [`app: plays ${HOSTILE}`, 'ghost: takes the session over', 'app: connects again'],
            transcript: [
              {
                at: 0,
                device: 'app',
                kind: 'frame',
                direction: 'in',
                label: 'TAKE_OVER',
                raw: `{"action":"TAKE_OVER","sessionName":${JSON.stringify(HOSTILE)}}`,
              },
              { at: 1, device: 'app', kind: 'playback', label: 'stops' },
              { at: 2, device: HOSTILE, kind: 'note', label: HOSTILE, injected: HOSTILE },
              {
                at: 210,
                device: 'app',
                kind: 'open',
                direction: 'out',
                label: HOSTILE,
                raw: HOSTILE,
                offending: true,
              },
            ],
            replay: { token: 'v1.7.1', command: `drisc test client --replay v1.7.1 -- ${HOSTILE}` },
            location: { file: 'scenarios/takeover.scenario.yaml', line: 12, column: 5 },
            log: ['reconnecting…', HOSTILE],
          },
        ],
      }),
      rule({
        id: 'client/ping/answer',
        side: 'client',
        section: 'PING',
        clause: '5.9',
        title: 'Each PING is answered with PONG',
        verdict: 'error',
        reason: `The harness lost its own connection. ${HOSTILE}`,
      }),
    ],
    ambiguities: [{ id: 'AMB-9', question: HOSTILE, observed: HOSTILE }],
    notes: [HOSTILE],
  };
}
