/**
 * A phrase that a step may say of an actor. `awaits` is true for what the player waits to see and false for what it
 * does; `options` are the keys that may stand beside the step's own.
 */
export interface Phrase {
  readonly awaits: boolean;
  readonly options?: readonly OptionName[];
  /** For people: the docs and the editors' completion show it. */
  readonly means: string;
}

/** What a key beside a step's own may be. */
export type OptionName =
  'because' | 'sessions' | 'takeover' | 'settings' | 'times' | 'text' | 'base64' | 'size' | 'with';

/** The kinds of actor. `device` stands for every name that a scenario has under `given: devices:`. */
export const ACTOR_KINDS = ['app', 'user', 'device', 'server', 'network', 'fault', 'clock'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

const awaits = (means: string, ...options: OptionName[]): Phrase => ({ awaits: true, means, options });
const does = (means: string, ...options: OptionName[]): Phrase => ({ awaits: false, means, options });

/**
 * Everything that a scenario can say: the parser, the player, the JSON Schema and the docs read this one table. Words
 * in braces are slots (see `slots.ts`). The app is only ever awaited: a scenario cannot make it do anything, except
 * through its user.
 */
export const PHRASES = {
  app: {
    'creates a session': awaits('It sends POST /sessions.'),
    'takes over {actor}': awaits("It sends POST /takeover with the id of that device's session."),
    'is granted a session': awaits('It was answered 200 with an endpoint.'),
    'is told that DRISC is disabled': awaits('It was answered 200 without an endpoint.'),
    'is refused at the limit': awaits('It was answered LimitExceeded.'),
    'is answered {status}': awaits('It was answered with this HTTP status.'),
    connects: awaits('It opens a WebSocket connection to a session, for the first time or again.'),
    reconnects: awaits('It opens another connection to a session that it was connected to before.'),
    'tries to connect': awaits('It asks for a WebSocket connection, whether or not it gets one.'),
    'is refused a connection': awaits('Its WebSocket upgrade was refused.'),
    'is refused a connection with {status}': awaits(
      'Its WebSocket upgrade was refused with this HTTP status.',
    ),
    disconnects: awaits('It closes its connection, or loses it.'),
    'sends {message}': awaits('This message came from it, whether or not the network loses it then.'),
    'receives {reply}': awaits('This message was sent to it, and no fault swallowed it.'),
    'is closed': awaits('The server closes its connection.'),
    'is closed with {code}': awaits('The server closes its connection with this code.'),
    'loses its slot': awaits('The record of its session ends; `because` says for what reason.', 'because'),
    'keeps its slot': awaits('The record of its session lives.'),
    plays: awaits('Playback runs, or starts in time.'),
    'stops playing': awaits('Playback does not run any more, or stops in time.'),
    'shows the limit': awaits(
      'It tells its user that the limit is reached; `sessions` says which devices it lists, `takeover` whether it offers takeover.',
      'sessions',
      'takeover',
    ),
    'shows that {actor} took over': awaits('It tells its user, by name, which device took over.'),
    'shows an error': awaits('It tells its user that something went wrong.'),
  },
  user: {
    'presses play': does('The user asks to watch the offer.'),
    'presses stop': does('The user stops watching.'),
    'takes over {actor}': does("The user chooses that device's session from the list at the limit."),
    'reloads the page': does(
      'The client drops its connections and its memory, keeps its storage, and starts anew.',
    ),
  },
  device: {
    'creates a session': does('It creates a session, connects and sends REQUESTED; it must be granted.'),
    'tries to create a session': does('The same, whatever the answer is.'),
    'takes over {actor}': does("It takes over that device's session and connects; it must be granted."),
    'tries to take over {actor}': does('The same, whatever the answer is.'),
    'connects to {actor}': does(
      "It connects to that device's session and sends REQUESTED, as another page would.",
    ),
    reconnects: does('It opens another connection to its session and sends REQUESTED.'),
    finishes: does('It sends FINISHED.'),
    'sends {message}': does('It sends this message.'),
    'loses its connection': does('Its connection goes, and it does not come back by itself.'),
    'stops answering PING': does('It stays connected and answers no PING from now on.'),
    'answers PING again': does('It answers each PING from now on.'),
    'receives {reply}': awaits('This message was sent to it.'),
    'is refused at the limit': awaits('It was answered LimitExceeded.'),
    'loses its slot': awaits('The record of its session ends; `because` says for what reason.', 'because'),
    'keeps its slot': awaits('The record of its session lives.'),
  },
  server: {
    'sends PING': does('It asks the app for a sign of life, and its deadline begins.'),
    'sends {reply}': does('It sends the app this message unasked, marked as injected.'),
    'sends a frame': does(
      'It sends the app a frame: `text`, `base64` bytes, or text of `size` characters.',
      'text',
      'base64',
      'size',
    ),
    "expires the app's session": does('It deletes the record, sends EXPIRED and closes.'),
    "terminates the app's session": does('It sends TERMINATE and closes; the record stays.'),
    'closes the connection with {code}': does(
      "It closes the app's connection with this code; the record stays.",
    ),
    'turns DRISC {switch}': does('The publisher switches DRISC on or off.'),
    'turns takeover {switch}': does('The publisher switches takeover on or off.'),
    'sets the limit to {number}': does('The publisher changes how many sessions the offer allows.'),
    'changes settings': does('The settings under `settings` hold from now on.', 'settings'),
  },
  network: {
    'loses {frame}': does(
      'The next such message between app and server does not arrive; `times` says how many.',
      'times',
    ),
    'loses every {frame}': does('No such message between app and server arrives any more.'),
    'loses everything from the app': does('Nothing that the app sends on its connection arrives any more.'),
    'loses everything to the app': does('Nothing that the server sends on the connection arrives any more.'),
    'cuts the connection': does("The app's connection goes without a close frame."),
    recovers: does('All faults end.'),
  },
  fault: {
    '{fault}': does(
      'A fault of the simulator begins (`drisc ctl add-fault --help` lists them); `with` has its parameters, times with their unit.',
      'with',
    ),
  },
  clock: {
    'advances {duration}': does('Time goes on by so much, whatever happens meanwhile.'),
  },
} as const satisfies Record<ActorKind, Record<string, Phrase>>;

export type PhraseOf<Kind extends ActorKind> = keyof (typeof PHRASES)[Kind] & string;

/** The phrases that may be said of a kind of actor. */
export function listPhrases(kind: ActorKind): [template: string, phrase: Phrase][] {
  return Object.entries(PHRASES[kind]);
}
