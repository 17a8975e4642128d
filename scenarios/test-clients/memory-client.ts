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
  #timers: (() => void)[] = [];

  constructor(wire: MemoryWire, clock: Clock, quirk?: Quirk) {
    this.name = quirk === undefined ? 'conforming client' : `client that ${quirk}`;
    this.#wire = wire;
    this.#clock = clock;
    this.#quirk = quirk;
    setImmediate(() => this.#emit({ event: 'ready' }));
  }

  send(command: DriverCommand): void {
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
    this.#connect();
  }

  async #ask(path: string, more: object = {}): Promise<void> {
    const request = this.#request;
    if (!request) return;
    const turn = this.#turn;
    const { offerId, tag, sessionName, token } = request;
    let status = 0;
    let body: Record<string, unknown> = {};
    try {
      const response = await this.#wire.post(path, token, { sessionName, offerId, tag, ...more });
      status = response.status;
      body = (await response.json()) as Record<string, unknown>;
    } catch {
      // What is no JSON is no grant.
    }
    if (turn === this.#turn) this.#answered(status, body);
  }

  #answered(status: number, body: Record<string, unknown>): void {
    if (this.#has('plays-when-refused') && status !== 200) this.#play(true);
    if (status === 200 && (body['status'] === 'disabled' || body['enabled'] === false)) {
      if (this.#has('connects-when-disabled')) this.#after(200, () => void this.#ask('/sessions'));
      if (!this.#has('waits-when-disabled')) this.#play(true);
      return;
    }
    const { endpoint } = body;
    if (status === 200 && typeof endpoint === 'string' && /^wss?:\/\//.test(endpoint)) {
      this.#endpoint = endpoint;
      this.#stored = { endpoint, request: this.#request! };
      if (this.#has('plays-before-ok')) this.#play(true);
      this.#connect();
      return;
    }
    this.#refused = true;
    if (body['code'] === 'LimitExceeded') this.#showLimit(body['details'] as LimitDetails);
    else this.#emit({ event: 'error', message: `answered ${status}` });
  }

  #showLimit({ takeOverEnabled, activeSessions }: LimitDetails): void {
    if (!this.#has('hides-limit')) {
      this.#emit({ event: 'limit', takeover: takeOverEnabled, sessions: activeSessions });
    }
    if (this.#has('asks-again-at-limit')) this.#after(200, () => void this.#ask('/sessions'));
    const [first] = activeSessions;
    if (this.#has('takes-over-unasked') && first) void this.#ask('/takeover', { sessionId: first.sessionId });
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
      opened: now(() => this.#has('skips-requested') || this.#say('REQUESTED')),
      received: (data) => now(() => this.#receive(data))(),
      closed: now(() => this.#lost()),
      refused: (status) => now(() => (status === 401 ? this.#expired() : this.#lost()))(),
    });
    this.#connection = connection;
  }

  #say(action: 'REQUESTED' | 'PONG' | 'FINISHED'): void {
    this.#connection?.send(JSON.stringify({ action }));
  }

  #receive(data: string | Uint8Array): void {
    const message = typeof data === 'string' ? readMessage(data) : undefined;
    switch (message?.action) {
      case 'OK':
        return this.#granted();
      case 'PING':
        if (!this.#has('never-pongs')) this.#say('PONG');
        return;
      case 'TAKE_OVER':
        return this.#takenOver(typeof message.sessionName === 'string' ? message.sessionName : '');
      case 'TERMINATE':
        this.#drop();
        return this.#emit({ event: 'error', message: 'the session goes on in another place' });
      case 'EXPIRED':
        return this.#expired();
      default:
    }
  }

  #granted(): void {
    this.#isGranted = true;
    if (this.#stopping) return this.#finish();
    this.#failures = 0;
    this.#play(true);
  }

  #takenOver(by: string): void {
    this.#stored = undefined;
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
    if (this.#renewals <= MOST_RENEWALS) void this.#ask('/sessions');
    else this.#emit({ event: 'error', message: 'the session has expired' });
  }

  /** The connection went without a word of farewell. */
  #lost(): void {
    this.#connection = undefined;
    this.#isGranted = false;
    if (this.#stopping) return this.#drop();
    this.#turn += 1;
    if (this.#has('never-returns')) return;
    const turn = this.#turn;
    this.#failures += 1;
    const wait = Math.min(FIRST_WAIT * 2 ** (this.#failures - 1), LONGEST_WAIT);
    if (this.#has('new-session-when-lost')) this.#after(wait, () => void this.#ask('/sessions'));
    else this.#after(wait, () => this.#connect());
    if (this.#failures > 1 || !this.#playing) return;
    const isBack = (): boolean => this.#turn > turn + 1 && this.#failures === 0;
    const ring = async (): Promise<void> => {
      if (!isBack() && this.#failures > 0) this.#play(false);
    };
    this.#timers.push(this.#clock.setAlarm(this.#clock.now() + GRACE, ring));
  }

  #stop(): void {
    this.#play(false);
    this.#stored = undefined;
    if (!this.#connection) {
      this.#drop();
      return;
    }
    this.#stopping = true;
    if (this.#isGranted) this.#finish();
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

function readMessage(text: string): { action: string; sessionName?: unknown } | undefined {
  try {
    const message = JSON.parse(text) as { action?: unknown } | null;
    return typeof message?.action === 'string' ? (message as { action: string }) : undefined;
  } catch {
    return undefined;
  }
}
