import type { Rule } from './rule.ts';

/**
 * A short conversation in which a rule holds, and one in which it does not, a line a step: `→` is from the client to the
 * server, `←` from the server to the client, and what is seen at the device has its name and a colon.
 */
export interface RuleExample {
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const CREATE = '→ POST /sessions {"sessionName":"News","offerId":"S100_US"}';
const GRANTED = '← 200 {"endpoint":"wss://drisc.example/ws?token=a"}';
const CONNECTED = ['→ connects to wss://drisc.example/ws?token=a', '→ REQUESTED', '← OK'];
const LIMIT = '← 403 {"code":"LimitExceeded","details":{"takeOverEnabled":true,"activeSessions":[…]}}';

/** For a rule that has no example of its own, that of its section. */
const BY_SECTION: Readonly<Record<string, RuleExample>> = {
  'server/authorisation': {
    right: ['→ POST /sessions, token signed with another secret', '← 401 {"code":"Unauthorized",…}'],
    wrong: ['→ POST /sessions, token signed with another secret', '← 200 {"endpoint":"wss://…"}'],
  },
  'server/create': {
    right: [CREATE, GRANTED],
    wrong: [CREATE, '← 201 {"endpoint":"/ws?token=a"}    not 200, and not an absolute URL'],
  },
  'server/cors': {
    right: ['→ OPTIONS /sessions, origin https://tv.example', '← 204, access-control-allow-origin: *'],
    wrong: ['→ OPTIONS /sessions, origin https://tv.example', '← 405    no page in a browser can go on'],
  },
  'server/disabled': {
    right: [CREATE, '← 200 {"status":"disabled","enabled":false,"message":"Session tracking disabled."}'],
    wrong: [CREATE, '← 403 {"code":"LimitExceeded",…}    although DRISC is switched off'],
  },
  'server/limit': {
    right: ['the limit is 1, and tv has a session', CREATE, LIMIT],
    wrong: ['the limit is 1, and tv has a session', CREATE, GRANTED],
  },
  'server/concurrency': {
    right: [
      'the limit is 1; phone and tv create at once',
      'phone ← 200 {"endpoint":…}',
      'tv ← 403 LimitExceeded',
    ],
    wrong: [
      'the limit is 1; phone and tv create at once',
      'phone ← 200 {"endpoint":…}',
      'tv ← 200 {"endpoint":…}',
    ],
  },
  'server/connection': {
    right: ['→ REQUESTED', '← OK'],
    wrong: ['→ connects', '← OK    nobody has said REQUESTED'],
  },
  'server/robustness': {
    right: ['→ {"action":"DANCE"}', '← nothing, or a close of this connection', 'tv plays on'],
    wrong: ['→ {"action":"DANCE"}', 'tv ← close 1011    another device suffers for it'],
  },
  'server/liveness': {
    right: ['phone → POST /sessions', 'tv ← PING', 'tv → PONG', 'tv keeps its session'],
    wrong: ['phone → POST /sessions', 'tv ← nothing    whether tv still lives is never found out'],
  },
  'server/reconnect': {
    right: ['old → REQUESTED', 'old ← OK', 'new → REQUESTED', 'old ← TERMINATE, then closed', 'new ← OK'],
    wrong: ['old → REQUESTED', 'old ← OK', 'new → REQUESTED', 'new ← OK    old stays connected, too'],
  },
  'server/takeover': {
    right: [
      'phone → POST /takeover {"sessionId":"tv\'s","sessionName":"Phone",…}',
      'tv ← {"action":"TAKE_OVER","sessionName":"Phone"}, then closed',
      'phone ← 200 {"endpoint":…}',
    ],
    wrong: [
      'phone → POST /takeover {"sessionId":"tv\'s","sessionName":"Phone",…}',
      'phone ← 200 {"endpoint":…}',
      'tv: plays on, since nobody told it',
    ],
  },
  'server/finish': {
    right: ['the limit is 1', 'tv → FINISHED', 'phone → POST /sessions', 'phone ← 200 {"endpoint":…}'],
    wrong: ['the limit is 1', 'tv → FINISHED', 'phone → POST /sessions', 'phone ← 403 LimitExceeded'],
  },
  'client/request': {
    right: [`${CREATE}, Authorization: Bearer eyJ…`, GRANTED, '→ connects to wss://drisc.example/ws?token=a'],
    wrong: ['→ POST /sessions?jwt=eyJ… {"offerId":"S100_US","tag":"live"}'],
  },
  'client/gate': {
    right: [CREATE, GRANTED, ...CONNECTED, 'app: plays'],
    wrong: [CREATE, GRANTED, 'app: plays    nobody has said OK'],
  },
  'client/liveness': {
    right: ['← OK', '← PING', '→ PONG    at once, on the same connection'],
    wrong: ['← OK', '← PING', '→ nothing for 5 s', '← closed; the slot is given to another device'],
  },
  'client/finish': {
    right: ['app: the user presses stop', '→ FINISHED', '→ close 1000'],
    wrong: ['app: the user presses stop', '→ close 1000    the slot stays taken'],
  },
  'client/recovery': {
    right: ['← OK', 'the connection breaks', '→ connects to the same endpoint', '→ REQUESTED', '← OK'],
    wrong: ['← OK', 'the connection breaks', '→ POST /sessions    burns a second slot'],
  },
  'client/takeover': {
    right: [
      CREATE,
      LIMIT,
      'app: shows the sessions; the user chooses TV',
      '→ POST /takeover {"sessionId":…}',
    ],
    wrong: [CREATE, LIMIT, '→ POST /takeover {"sessionId":…}    nobody has chosen'],
  },
  'client/persistence': {
    right: ['app: is reloaded', '→ connects to the endpoint that it kept', '→ REQUESTED', '← OK'],
    wrong: ['app: is reloaded', '→ POST /sessions    while it holds a session already'],
  },
  'client/robustness': {
    right: ['← OK', '← {"action":"NEWS","since":2030}', 'app: plays on'],
    wrong: ['← OK', '← {"action":"NEWS","since":2030}', 'app: crashes'],
  },
};

const BY_RULE: Readonly<Record<string, RuleExample>> = {
  'server/limit/list-sessions': {
    right: ['tv and phone have sessions', CREATE, '← 403 …"activeSessions":[{tv},{phone}]'],
    wrong: ['tv and phone have sessions', CREATE, '← 403 …"activeSessions":[{tv}]'],
  },
  'server/connection/expired-for-ended': {
    right: ['→ FINISHED', '→ connects to the same endpoint', '→ REQUESTED', '← EXPIRED'],
    wrong: ['→ FINISHED', '→ connects to the same endpoint', '→ REQUESTED', '← OK'],
  },
  'server/liveness/remove-mute': {
    right: ['tv ← PING', 'tv → nothing for 5 s', 'tv: its session is deleted, its slot is free'],
    wrong: ['tv ← PING', 'tv → nothing for 5 s', 'phone ← 403 LimitExceeded    a dead device holds the slot'],
  },
  'server/liveness/keep-answering': {
    right: ['tv ← PING', 'tv → PONG', 'tv ← PING, upon the next create'],
    wrong: ['tv ← PING', 'tv → PONG', 'tv ← closed'],
  },
  'server/takeover/unknown-session': {
    right: ['→ POST /takeover {"sessionId":"nobody",…}', '← 404 {"code":"UnknownSession",…}'],
    wrong: ['→ POST /takeover {"sessionId":"nobody",…}', '← 200 {"endpoint":…}'],
  },
  'server/takeover/foreign-session': {
    right: ['→ POST /takeover {"sessionId":"of another customer",…}', '← 404 {"code":"UnknownSession",…}'],
    wrong: ['→ POST /takeover {"sessionId":"of another customer",…}', '← 200    a stranger is thrown out'],
  },
  'server/create/refuse-other-methods': {
    right: ['→ PUT /sessions {"offerId":"S100_US"}', '← 405, allow: POST, OPTIONS'],
    wrong: ['→ PUT /sessions {"offerId":"S100_US"}', '← 200 {"endpoint":…}'],
  },
  'server/create/unknown-path': {
    right: ['→ POST /sessions/1', '← 404 {"code":"NotFound",…}'],
    wrong: ['→ POST /sessions/1', '← 200 {"endpoint":…}'],
  },
  'server/limit/list-oldest-first': {
    right: ['tv has a session, then phone', CREATE, '← 403 …"activeSessions":[{tv},{phone}]'],
    wrong: ['tv has a session, then phone', CREATE, '← 403 …"activeSessions":[{phone},{tv}]'],
  },
  'server/takeover/tell-before-answer': {
    right: ['phone → POST /takeover {"sessionId":"tv\'s",…}', 'tv ← TAKE_OVER', 'phone ← 200 {"endpoint":…}'],
    wrong: [
      'phone → POST /takeover {"sessionId":"tv\'s",…}',
      'phone ← 200 {"endpoint":…}',
      'tv ← TAKE_OVER, 200 ms later',
    ],
  },
  'server/takeover/by-tag': {
    right: ['→ POST /takeover {"tag":"live","sessionId":"tv\'s",…}', '← 200 {"endpoint":…}', CREATE, LIMIT],
    wrong: [
      '→ POST /takeover {"tag":"live","sessionId":"tv\'s",…}',
      '← 200 {"endpoint":…}',
      CREATE,
      '← 200    the new session is counted elsewhere',
    ],
  },
  'server/takeover/across-pools': {
    right: [
      'tv plays at offer A, and offer B has a free slot',
      '→ POST /takeover {"offerId":"B","sessionId":"tv\'s",…}',
      'tv ← TAKE_OVER',
      '← 200 {"endpoint":…}',
    ],
    wrong: [
      'tv plays at offer A, and offer B has a free slot',
      '→ POST /takeover {"offerId":"B","sessionId":"tv\'s",…}',
      '← 404 {"code":"UnknownSession",…}',
    ],
  },
  'server/takeover/full-pool-refuses': {
    right: [
      'tv plays at offer A, and offer B is full',
      '→ POST /takeover {"offerId":"B","sessionId":"tv\'s",…}',
      LIMIT,
      'tv plays on',
    ],
    wrong: [
      'tv plays at offer A, and offer B is full',
      '→ POST /takeover {"offerId":"B","sessionId":"tv\'s",…}',
      LIMIT,
      'tv ← closed',
    ],
  },
  'server/liveness/ping-own-customer': {
    right: ["Ann's phone → POST /sessions", "Ann's tv ← PING", "Bob's tv ← nothing"],
    wrong: ["Ann's phone → POST /sessions", "Bob's tv ← PING"],
  },
  'server/liveness/spare-pending': {
    right: ['tv → POST /sessions', 'phone → POST /sessions', '6 s later: tv → REQUESTED', 'tv ← OK'],
    wrong: ['tv → POST /sessions', 'phone → POST /sessions', '6 s later: tv → REQUESTED', 'tv ← EXPIRED'],
  },
  'server/liveness/keep-deadline': {
    right: ['0 s: tv ← PING', '3 s: tv ← PING', '5 s: tv ← closed, its slot is free'],
    wrong: ['0 s: tv ← PING', '3 s: tv ← PING', '8 s: tv ← closed'],
  },
  'server/liveness/pong-of-own-connection': {
    right: [
      'tv ← PING',
      'tv, on a connection without REQUESTED → PONG',
      'tv: its session is deleted at the deadline',
    ],
    wrong: ['tv ← PING', 'tv, on a connection without REQUESTED → PONG', 'tv: its session lives on'],
  },
  'server/reconnect/silence-superseded': {
    right: [
      'the new connection ← OK, the old one ← TERMINATE',
      'the old one → REQUESTED',
      'the old one ← nothing',
    ],
    wrong: [
      'the new connection ← OK, the old one ← TERMINATE',
      'the old one → REQUESTED',
      'the new one ← TERMINATE',
    ],
  },
  'server/finish/own-connection-only': {
    right: ['tv plays', 'tv, on a connection without REQUESTED → FINISHED', 'tv plays on'],
    wrong: ['tv plays', 'tv, on a connection without REQUESTED → FINISHED', 'tv ← closed'],
  },
  'server/finish/free-before-close': {
    right: [
      'tv → FINISHED, and loses power before it answers the close',
      'phone → POST /sessions',
      'phone ← 200',
    ],
    wrong: [
      'tv → FINISHED, and loses power before it answers the close',
      'phone → POST /sessions',
      'phone ← 403 LimitExceeded',
    ],
  },
  'client/gate/requested-first': {
    right: ['→ connects', '→ REQUESTED', '← OK'],
    wrong: ['→ connects', '→ PONG', '← nothing'],
  },
  'client/gate/only-ok-starts': {
    right: ['→ REQUESTED', '← PING', '→ PONG', 'app: still waits'],
    wrong: ['→ REQUESTED', '← PING', 'app: plays'],
  },
  'client/gate/stops-on-take-over': {
    right: ['app: plays', '← {"action":"TAKE_OVER","sessionName":"Phone"}', 'app: stops'],
    wrong: ['app: plays', '← {"action":"TAKE_OVER","sessionName":"Phone"}', 'app: plays on'],
  },
  'client/gate/stops-on-terminate': {
    right: ['app: plays', '← TERMINATE', 'app: stops'],
    wrong: ['app: plays', '← TERMINATE', 'app: plays on'],
  },
  'client/gate/stops-on-expired': {
    right: ['app: plays', '← EXPIRED', 'app: stops'],
    wrong: ['app: plays', '← EXPIRED', 'app: plays on'],
  },
  'client/gate/stops-when-lost': {
    right: ['app: plays', 'the connection breaks, and does not come back', 'app: stops within 5 s'],
    wrong: ['app: plays', 'the connection breaks, and does not come back', 'app: plays to the end'],
  },
  'client/gate/plays-when-disabled': {
    right: [CREATE, '← 200 {"status":"disabled","enabled":false}', 'app: plays, and connects to nothing'],
    wrong: [CREATE, '← 200 {"status":"disabled","enabled":false}', 'app: shows an error'],
  },
  'client/gate/disabled-with-endpoint': {
    right: [
      CREATE,
      '← 200 {"status":"disabled","endpoint":"wss://…"}',
      'app: plays, and connects to nothing',
    ],
    wrong: [CREATE, '← 200 {"status":"disabled","endpoint":"wss://…"}', '→ connects to wss://…'],
  },
  'client/request/asks-on-play': {
    right: ['← 500', 'app: shows an error', 'app: the user presses play again', CREATE],
    wrong: ['← 500', 'app: shows an error', 'app: the user presses play again', 'app: nothing happens'],
  },
  'client/request/no-blind-repeat': {
    right: [CREATE, '← nothing: the connection breaks', 'app: shows an error, waits for its user'],
    wrong: [CREATE, '← nothing: the connection breaks', `${CREATE}    takes a second slot`],
  },
  'client/request/bounded-repeats': {
    right: [CREATE, '← nothing', CREATE, '← nothing', 'app: gives up and shows an error'],
    wrong: [CREATE, '← nothing', `${CREATE}, and so on for ever`],
  },
  'client/request/one-of-several-grants': {
    right: [
      '← 200 {"endpoint":…}, 5 s late',
      '← 200 {"endpoint":…}, to the repeat',
      '→ connects to one of them',
    ],
    wrong: ['← 200 {"endpoint":…}, 5 s late', '← 200 {"endpoint":…}, to the repeat', '→ connects to both'],
  },
  'client/request/endpoint-verbatim': {
    right: [
      '← 200 {"endpoint":"wss://drisc.example/ws?token=a"}',
      '→ connects to wss://drisc.example/ws?token=a',
    ],
    wrong: [
      '← 200 {"endpoint":"wss://drisc.example/ws?token=a"}',
      '→ connects to wss://drisc.example/?token=a',
    ],
  },
  'client/recovery/no-storm': {
    right: ['the connection breaks', '→ tries after 1 s, 2 s, 4 s, 8 s …'],
    wrong: ['the connection breaks', '→ tries 200 times in a second'],
  },
  'client/recovery/refusal-is-failure': {
    right: ['→ connects', '← 404', '1 s later: → connects to the same endpoint', '← 101'],
    wrong: ['→ connects', '← 404', '→ POST /sessions    takes a second slot'],
  },
  'client/recovery/forgets-expired': {
    right: ['→ REQUESTED', '← EXPIRED', '→ POST /sessions, when the user asks'],
    wrong: ['→ REQUESTED', '← EXPIRED', '→ connects to the same endpoint again'],
  },
  'client/takeover/victim-stays-away': {
    right: ['← TAKE_OVER', 'app: stops and says by whom', 'app: waits for its user'],
    wrong: ['← TAKE_OVER', '→ POST /sessions    and the other device is thrown out in turn'],
  },
  'client/finish/at-end': {
    right: ['app: the film ends', '→ FINISHED', '→ close 1000'],
    wrong: ['app: the film ends', '→ nothing    the slot stays taken'],
  },
};

/** The example of a rule, or of its section. */
export function exampleOf({
  id,
  side,
  section,
}: Pick<Rule, 'id' | 'side' | 'section'>): RuleExample | undefined {
  return BY_RULE[id] ?? BY_SECTION[`${side}/${section}`];
}

/** The ids that have an example of their own, and the sections that have one. */
export const EXAMPLE_KEYS: readonly string[] = [...Object.keys(BY_RULE), ...Object.keys(BY_SECTION)];
