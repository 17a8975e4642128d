import { decodeJwt } from 'jose';
import type { DriverCommand, DriverEvent, StartCommand } from '../../protocol/driver-protocol.ts';
import type { Clock } from '../../simulator/clock.ts';
import type { ClientSubject, SubjectEvent } from '../client-subject.ts';
import type { MemoryWire, WireConnection } from './memory-wire.ts';
import type { Quirk } from './quirks.ts';

/** Milliseconds. */
const FIRST_WAIT = 300;
const LONGEST_WAIT = 24_000;
const GRACE = 4_500;
const LINGER = 1_000;
const MOST_RENEWALS = 1;

interface Stored {
  endpoint: string;
  request: StartCommand;
}

/**
 * A client that keeps the client's side of PROTOCOL.md, in this process and on whatever clock it is given, unless it
 * has a quirk. It exists to show that each scenario passes a right client and fails a wrong one.
 */
export class MemoryClient implements ClientSubject {
  readonly name: string;
  readonly driven = true;
  readonly #wire: MemoryWire;
  readonly #clock: Clock;
  readonly #quirk: Quirk | undefined;
  readonly #listeners = new Set<(event: SubjectEvent) => void>();
  #stored: Stored | undefined;
  #request: StartCommand | undefined;
  #endpoint: string | undefined;
  #connection: WireConnection | undefined;
  /** Goes up whenever what is under way has become void. */
  #turn = 0;
  #playing = false;
  #stopping = false;
  /** OK came on the present connection. */
  #isGranted = false;
  #failures = 0;
  #renewals = 0;
  #refused = false;
  #losses = 0;
  #lastPong = 0;
  #isResumed = false;
  #askedTwice = false;
  #takesNext = false;
  #tokenEnd: (() => void) | undefined;
  #timers: (() => void)[] = [];

  constructor(wire: MemoryWire, clock: Clock, quirk?: Quirk) {
    this.name = quirk === undefined ? 'conforming client' : `client that ${quirk}`;
    this.#wire = wire;
    this.#clock = clock;
    this.#quirk = quirk;
    setImmediate(() => this.#emit({ event: 'ready' }));
  }

  async send(command: DriverCommand, begin?: () => void): Promise<boolean> {
    begin?.();
    this.#obey(command);
    return true;
  }

  #obey(command: DriverCommand): void {
    switch (command.do) {
      case 'start':
        this.#start(command);
        return;
      case 'stop':
        this.#stop();
        return;
      case 'takeover':
        void this.#ask('/takeover', { sessionId: command.sessionId });
        return;
      case 'reset':
        this.#stored = undefined;
        this.#drop();
        this.#emit({ event: 'ready' });
        return;
      case 'reload':
        this.#drop();
        this.#emit({ event: 'ready' });
        this.#resume();
        return;
      case 'exit':
        this.#drop();
    }
  }

  subscribe(listener: (event: SubjectEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#tokenEnd?.();
    this.#drop();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #has(quirk: Quirk): boolean {
    return this.#quirk === quirk;
  }

  #emit(event: DriverEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #play(playing: boolean): void {
    if (this.#playing === playing) return;
    this.#playing = playing;
    this.#emit({ event: 'playback', playing });
  }

  #after(delay: number, work: () => void): void {
    const turn = this.#turn;
    const ring = async (): Promise<void> => {
      if (turn === this.#turn) work();
    };
    this.#timers.push(this.#clock.setAlarm(this.#clock.now() + delay, ring));
  }

  /** Lets go of everything without a word. */
  #drop(): void {
    this.#turn += 1;
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#connection?.close();
    this.#connection = undefined;
    this.#endpoint = undefined;
    this.#stopping = false;
    this.#isGranted = false;
    this.#play(false);
  }

  #start(request: StartCommand): void {
    if (this.#has('one-try-only') && this.#refused) return;
    this.#drop();
    this.#request = request;
    this.#failures = 0;
    this.#renewals = 0;
    const stored = this.#stored?.request;
    if (stored && stored.offerId === request.offerId && stored.tag === request.tag) this.#resume();
    else void this.#ask('/sessions');
  }

  #resume(): void {
    if (!this.#stored) return;
    this.#request = this.#stored.request;
    this.#endpoint = this.#stored.endpoint;
    this.#isResumed = true;
    this.#connect();
  }

  async #ask(path: string, more: object = {}): Promise<void> {
    const request = this.#request;
    if (!request) return;
    const turn = this.#turn;
    const { offerId, sessionName, token } = request;
    const tag = this.#has('sends-both') ? 'live' : request.tag;
    if (this.#has('sends-both')) more = { ...more, offerId: 'S100_US' };
    if (this.#has('trusts-own-clock') && readTime(token, 'iat') > this.#clock.now()) return;
    if (this.#has('stops-with-token')) {
      this.#tokenEnd = this.#clock.setAlarm(readTime(token, 'exp'), async () => this.#play(false));
    }
    if (this.#has('plays-on-timeout')) this.#after(2_000, () => this.#play(true));
    if (this.#has('asks-twice') && !this.#askedTwice) {
      this.#askedTwice = true;
      this.#after(1_000, () => void this.#ask(path, more));
    }
    let status = 0;
    let body: Record<string, unknown> = {};
    try {
      const response = await this.#wire.post(path, token, { sessionName, offerId, tag, ...more });
      status = response.status;
      body = (await response.json()) as Record<string, unknown>;
    } catch {
      // What is no JSON is no grant.
    }
    if (turn === this.#turn) this.#answered(path, status, body);
  }

  #answered(path: string, status: number, body: Record<string, unknown>): void {
    const isTakeover = path === '/takeover';
    if (this.#has('plays-when-refused') && status !== 200) this.#play(true);
    if (this.#has('plays-after-takeover') && isTakeover) this.#play(true);
    if (this.#has('plays-on-any-200') && status === 200) this.#play(true);
    if (this.#has('repeats-after-401') && status === 401) this.#after(500, () => void this.#ask(path));
    if (status === 200 && this.#isDisabled(body)) {
      if (this.#has('connects-when-disabled')) this.#after(200, () => void this.#ask('/sessions'));
      if (!this.#has('waits-when-disabled')) this.#play(true);
      return;
    }
    const endpoint = this.#has('mends-endpoint') ? mend(body['endpoint']) : body['endpoint'];
    if (status === 200 && typeof endpoint === 'string' && /^wss?:\/\//.test(endpoint)) {
      this.#endpoint = endpoint;
      this.#stored = { endpoint, request: this.#request! };
      if (this.#has('plays-before-ok')) this.#play(true);
      this.#connect();
      return;
    }
    this.#refused = true;
    const isLimit = body['code'] === 'LimitExceeded' && (status === 403 || !this.#has('knows-only-403'));
    if (isLimit) this.#showLimit(body['details'] as LimitDetails);
    else this.#emit({ event: 'error', message: `answered ${status}` });
    if (this.#has('takes-the-next') && isTakeover) {
      this.#takesNext = true;
      void this.#ask('/sessions');
    }
  }

  #isDisabled(body: Record<string, unknown>): boolean {
    if (this.#has('knows-only-enabled')) return body['enabled'] === false;
    if (this.#has('knows-only-status')) return body['status'] === 'disabled';
    return body['status'] === 'disabled' || body['enabled'] === false;
  }

  #showLimit({ takeOverEnabled, activeSessions }: LimitDetails): void {
    const sessions = activeSessions.map(({ sessionId, name }) => ({
      sessionId,
      name: this.#has('escapes-names') ? name.replaceAll('<', '&lt;') : name,
    }));
    const takeover = takeOverEnabled || this.#has('offers-always');
    if (!this.#has('hides-limit')) this.#emit({ event: 'limit', takeover, sessions });
    if (this.#has('asks-again-at-limit')) this.#after(200, () => void this.#ask('/sessions'));
    const [first] = activeSessions;
    if (!first || !(this.#has('takes-over-unasked') || this.#takesNext)) return;
    void this.#ask('/takeover', { sessionId: first.sessionId });
  }

  #connect(): void {
    if (this.#endpoint === undefined) return;
    const endpoint = this.#endpoint;
    this.#turn += 1;
    const turn = this.#turn;
    const now = (act: () => void) => (): void => {
      if (turn === this.#turn) act();
    };
    const connection = this.#wire.connect(endpoint, {
      opened: now(() => this.#opened()),
      received: (data) => now(() => this.#receive(data))(),
      closed: (code) => now(() => this.#lost(code))(),
      refused: (status) => now(() => this.#refusedConnection(status))(),
    });
    this.#connection = connection;
  }

  #opened(): void {
    const isMute = this.#has('skips-requested') || (this.#has('resumes-mute') && this.#isResumed);
    if (!isMute) this.#say('REQUESTED');
    if (this.#has('plays-on-open')) this.#after(100, () => this.#play(true));
  }

  #refusedConnection(status: number): void {
    if (status === 401 && !this.#has('insists-on-endpoint')) this.#expired();
    else if (!this.#has('gives-up-when-refused')) this.#lost(status);
  }

  #say(action: 'REQUESTED' | 'PONG' | 'FINISHED'): void {
    this.#connection?.send(JSON.stringify({ action }));
  }

  #receive(data: string | Uint8Array): void {
    const text =
      typeof data === 'string' ? data : this.#has('reads-binary') ? new TextDecoder().decode(data) : '';
    const message = readMessage(text);
    const isHuge = this.#has('fears-size') && text.length > 65_536;
    if (isHuge || (!message && this.#has('dies-on-malformed'))) return this.#drop();
    const action = this.#has('ignores-case') ? message?.action.toUpperCase() : message?.action;
    switch (action) {
      case 'OK':
        return this.#granted();
      case 'PING':
        return this.#pinged();
      case 'TAKE_OVER':
        if (this.#has('reads-name-first') && message?.sessionName === undefined) return;
        return this.#takenOver(typeof message?.sessionName === 'string' ? message.sessionName : '');
      case 'TERMINATE':
        return this.#terminated();
      case 'EXPIRED':
        return this.#expired();
      default:
        if (message && this.#has('stops-on-unknown')) this.#drop();
    }
  }

  #pinged(): void {
    if (this.#has('never-pongs') || (this.#has('pongs-while-playing') && !this.#playing)) return;
    if (this.#has('pongs-once') && this.#lastPong === this.#clock.now()) return;
    this.#lastPong = this.#clock.now();
    this.#say('PONG');
  }

  #granted(): void {
    this.#isGranted = true;
    if (this.#stopping && !this.#has('plays-after-stop')) return this.#finish();
    this.#failures = 0;
    if (this.#has('restarts-on-ok')) this.#play(false);
    if (!this.#has('never-plays')) this.#play(true);
  }

  #terminated(): void {
    const endpoint = this.#endpoint;
    if (this.#has('plays-through-terminate')) {
      this.#turn += 1;
      return;
    }
    this.#drop();
    this.#emit({ event: 'error', message: 'the session goes on in another place' });
    if (!this.#has('fights-terminate')) return;
    this.#endpoint = endpoint;
    this.#after(500, () => this.#connect());
  }

  #takenOver(by: string): void {
    this.#stored = undefined;
    if (this.#has('waits-for-close')) return;
    if (this.#has('plays-through-take-over')) {
      this.#turn += 1;
    } else {
      this.#drop();
    }
    if (this.#has('fights-take-over')) this.#after(500, () => void this.#ask('/sessions'));
    if (!this.#has('keeps-name-to-itself')) this.#emit({ event: 'taken-over', by });
  }

  #expired(): void {
    if (this.#has('plays-through-expired')) {
      this.#turn += 1;
      this.#failures = 0;
      return;
    }
    const endpoint = this.#endpoint;
    this.#stored = undefined;
    this.#drop();
    if (this.#has('loops-on-expired')) {
      this.#endpoint = endpoint;
      this.#after(500, () => this.#connect());
      return;
    }
    this.#renewals += 1;
    if (this.#renewals <= MOST_RENEWALS || this.#has('renews-for-ever')) void this.#ask('/sessions');
    else this.#emit({ event: 'error', message: 'the session has expired' });
  }

  /** The connection went without a word of farewell, or could not be had. */
  #lost(code: number): void {
    this.#connection = undefined;
    this.#isGranted = false;
    if (this.#stopping) return this.#drop();
    this.#turn += 1;
    this.#failures += 1;
    this.#losses += 1;
    const givesUp =
      this.#has('never-returns') ||
      (this.#has('comes-back-after-1006-only') && code !== 1006) ||
      (this.#has('gives-up-soon') && this.#losses > 2);
    if (givesUp) return;
    const wait = this.#has('hammers') ? 100 : Math.min(FIRST_WAIT * 2 ** (this.#failures - 1), LONGEST_WAIT);
    if (this.#has('new-session-when-lost')) this.#after(wait, () => void this.#ask('/sessions'));
    else this.#after(wait, () => this.#connect());
    if (this.#failures === 1 && !this.#has('plays-without-network')) this.#startGrace();
  }

  /** Playback may go on for a while without a connection. */
  #startGrace(): void {
    const ring = async (): Promise<void> => {
      if (this.#failures > 0) this.#play(false);
    };
    this.#timers.push(this.#clock.setAlarm(this.#clock.now() + GRACE, ring));
  }

  #stop(): void {
    this.#play(false);
    if (!this.#has('keeps-endpoint')) this.#stored = undefined;
    if (this.#has('keeps-trying')) return;
    if (!this.#connection) {
      this.#drop();
      return;
    }
    this.#stopping = true;
    if (this.#has('never-finishes')) this.#drop();
    else if (this.#isGranted) this.#finish();
  }

  #finish(): void {
    this.#say('FINISHED');
    this.#after(LINGER, () => this.#drop());
  }
}

interface LimitDetails {
  takeOverEnabled: boolean;
  activeSessions: { sessionId: string; name: string }[];
}

/** What a generous client makes of an endpoint that is no ws: URL. */
function mend(endpoint: unknown): unknown {
  if (typeof endpoint !== 'string') return endpoint;
  return endpoint.startsWith('/') ? `ws://simulator.test${endpoint}` : endpoint.replace(/^\w+:/, 'ws:');
}

/** A time in a JWT, in milliseconds since the epoch. */
function readTime(token: string, claim: 'iat' | 'exp'): number {
  return (decodeJwt(token)[claim] ?? 0) * 1_000;
}

function readMessage(text: string): { action: string; sessionName?: unknown } | undefined {
  try {
    const message = JSON.parse(text) as { action?: unknown } | null;
    return typeof message?.action === 'string' ? (message as { action: string }) : undefined;
  } catch {
    return undefined;
  }
}
