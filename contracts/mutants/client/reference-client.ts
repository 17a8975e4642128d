import type { DriverCommand, DriverEvent, StartCommand } from '../../../protocol/driver-protocol.ts';
import type { ActiveSession } from '../../../protocol/http-bodies.ts';
import type { ClientPorts, ClientSocket } from './client-ports.ts';

type Body = Readonly<Record<string, unknown>>;

/** One connection: what it heard counts only while it is the client's present one. */
export interface Line {
  readonly socket: ClientSocket;
  open: boolean;
  /** Whether OK came on it. */
  granted: boolean;
}

/** What outlives a reload. */
export interface StoredSession {
  readonly endpoint: string;
  readonly request: StartCommand;
}

/**
 * A client that keeps PROTOCOL.md section 5, in as few words as that takes. Each thing that it does is a method of its
 * own, so that a mutant can do just that one thing wrong.
 */
export class ReferenceClient {
  protected readonly ports: ClientPorts;
  readonly #show: (event: DriverEvent) => void;
  protected request: StartCommand | undefined;
  protected endpoint: string | undefined;
  protected stored: StoredSession | undefined;
  protected line: Line | undefined;
  protected playing = false;
  /** Whether the user wants to play. */
  protected wanted = false;
  /** Connections that failed since the last one that was sound. */
  protected failures = 0;
  /** Sessions asked for after EXPIRED, since the last OK. */
  protected renewals = 0;
  protected canTakeOver = false;
  /** Which press on play an answer belongs to. */
  #wish = 0;
  readonly #timers = new Map<string, () => void>();

  constructor(ports: ClientPorts, show: (event: DriverEvent) => void) {
    this.ports = ports;
    this.#show = show;
  }

  obey(command: DriverCommand): void {
    switch (command.do) {
      case 'start':
        return this.start(command);
      case 'stop':
        return this.stop();
      case 'end':
        return this.end();
      case 'takeover':
        return this.takeOver(command.sessionId);
      case 'reset':
        this.stored = undefined;
        return this.drop();
      case 'reload':
        this.drop();
        return this.resume();
      case 'exit':
        return this.stop();
    }
  }

  protected show(event: DriverEvent): void {
    this.#show(event);
  }

  protected start(request: StartCommand): void {
    this.begin(request);
    if (this.stored && this.fits(this.stored, request)) this.follow(this.stored.endpoint);
    else this.create();
  }

  protected begin(request: StartCommand): void {
    this.#wish += 1;
    this.request = request;
    this.wanted = true;
    this.failures = 0;
    this.renewals = 0;
  }

  /** Whether a stored session serves a request (5.48). */
  protected fits({ request }: StoredSession, other: StartCommand): boolean {
    return (
      request.baseUrl === other.baseUrl &&
      request.token === other.token &&
      request.offerId === other.offerId &&
      request.tag === other.tag
    );
  }

  protected stop(): void {
    const { line } = this;
    this.halt();
    this.wanted = false;
    this.#cancel('reconnect');
    // Before OK it is waited for, only to say FINISHED (5.25).
    if (!line?.open) this.leave();
    else if (line.granted) this.finish(line);
  }

  /** The stream comes to its end. */
  protected end(): void {
    this.show({ event: 'ended' });
    this.stop();
  }

  protected finish(line: Line): void {
    this.say(line, 'FINISHED');
    this.leave();
    // The server closes first, where it does (5.23).
    this.ports.after(LINGER, () => line.socket.close(1000));
  }

  /** Gives the session up: nothing that still comes has an effect. */
  protected leave(): void {
    this.forget();
    this.line = undefined;
    this.endpoint = undefined;
  }

  protected drop(): void {
    this.halt();
    this.wanted = false;
    this.#wish += 1;
    for (const name of this.#timers.keys()) this.#cancel(name);
    this.line?.socket.close(1000);
    this.line = undefined;
    this.endpoint = undefined;
    this.show({ event: 'ready' });
  }

  /** After a reload: a stored session goes on (5.45). */
  protected resume(): void {
    if (!this.stored) return;
    this.begin(this.stored.request);
    this.follow(this.stored.endpoint);
  }

  protected create(): void {
    void this.post('/sessions', {});
  }

  protected takeOver(sessionId: string): void {
    if (!this.canTakeOver) return;
    this.wanted = true;
    void this.post('/takeover', { sessionId });
  }

  protected async post(path: string, extra: Body): Promise<void> {
    const { request } = this;
    const wish = this.#wish;
    if (!request) return;
    try {
      const response = await this.ports.fetch(this.urlOf(request, path), {
        method: 'POST',
        headers: this.headersOf(request),
        body: JSON.stringify({ ...this.bodyOf(request), ...extra }),
      });
      const text = await response.text();
      if (wish === this.#wish) this.answered(response.status, parseObject(text));
    } catch (error) {
      if (wish === this.#wish) this.refused(`no answer: ${String(error)}`);
    }
  }

  protected urlOf({ baseUrl }: StartCommand, path: string): string {
    return `${baseUrl}${path}`;
  }

  protected headersOf({ token }: StartCommand): Record<string, string> {
    return { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  protected bodyOf({ offerId, tag, sessionName }: StartCommand): Body {
    const choice = offerId === undefined ? { tag } : { offerId };
    return sessionName === undefined ? choice : { ...choice, sessionName: this.shorten(sessionName) };
  }

  /** At most 100 characters, however they are counted (AMB-11). */
  protected shorten(name: string): string {
    let short = '';
    for (const character of name) {
      if (short.length + character.length > 100) break;
      short += character;
    }
    return short;
  }

  protected answered(status: number, body: Body): void {
    if (this.isDisabled(status, body)) return this.disabled();
    if (this.isGrant(status, body)) return this.granted(String(body['endpoint']));
    if (this.isLimit(status, body)) return this.limited(body);
    this.refused(`the server answered ${status}`);
  }

  protected isDisabled(status: number, body: Body): boolean {
    return status === 200 && (body['status'] === 'disabled' || body['enabled'] === false);
  }

  protected isGrant(status: number, { endpoint }: Body): boolean {
    return status === 200 && typeof endpoint === 'string' && /^wss?:\/\//.test(endpoint);
  }

  protected isLimit(status: number, body: Body): boolean {
    return (
      status !== 200 && (body['code'] === 'LimitExceeded' || Array.isArray(detailsOf(body)['activeSessions']))
    );
  }

  protected disabled(): void {
    if (this.wanted) this.play();
  }

  protected granted(endpoint: string): void {
    this.follow(endpoint);
  }

  protected limited(body: Body): void {
    if (!this.wanted) return;
    const { takeOverEnabled, activeSessions } = detailsOf(body);
    this.canTakeOver = takeOverEnabled === true;
    this.wanted = false;
    this.show({ event: 'limit', takeover: this.canTakeOver, sessions: this.listed(activeSessions) });
  }

  protected listed(activeSessions: unknown): ActiveSession[] {
    return Array.isArray(activeSessions) ? (activeSessions as ActiveSession[]) : [];
  }

  protected refused(message: string): void {
    this.wanted = false;
    this.show({ event: 'error', message });
  }

  /** Takes an endpoint for the session from now on. */
  protected follow(endpoint: string): void {
    this.endpoint = endpoint;
    if (this.request) this.stored = { endpoint, request: this.request };
    this.connect(endpoint);
  }

  protected connect(endpoint: string): void {
    const line: Line = {
      open: false,
      granted: false,
      socket: this.ports.connect(endpoint, {
        opened: () => this.opened(line),
        heard: (data) => this.heard(line, data),
        closed: (code, status) => this.closed(line, code, status),
      }),
    };
    this.line = line;
  }

  protected opened(line: Line): void {
    line.open = true;
    this.say(line, 'REQUESTED');
  }

  protected say(line: Line, action: string): void {
    line.socket.send(JSON.stringify({ action }));
  }

  protected heard(line: Line, data: string | Uint8Array): void {
    if (line !== this.line || typeof data !== 'string') return;
    const message = parseObject(data);
    switch (message['action']) {
      case 'OK':
        return this.ok(line);
      case 'PING':
        return this.pinged(line);
      case 'TAKE_OVER':
        return this.takenOver(line, message['sessionName']);
      case 'TERMINATE':
        return this.terminated(line);
      case 'EXPIRED':
        return this.expired(line);
      default:
        this.unknown(line, data);
    }
  }

  protected ok(line: Line): void {
    line.granted = true;
    this.renewals = 0;
    this.#cancel('grace');
    this.#set('settled', SETTLED, () => (this.failures = 0));
    if (this.wanted) this.play();
    else this.finish(line);
  }

  protected pinged(line: Line): void {
    this.say(line, 'PONG');
  }

  protected takenOver(line: Line, by: unknown): void {
    this.halt();
    this.hangUp(line);
    this.forget();
    this.show({ event: 'taken-over', by: typeof by === 'string' ? by : '' });
  }

  protected terminated(line: Line): void {
    this.halt();
    // Another page of this client may be using the stored endpoint (5.47).
    this.hangUp(line);
    this.show({ event: 'error', message: 'The session goes on in another place.' });
  }

  protected expired(line: Line): void {
    this.halt();
    this.hangUp(line);
    this.forget();
    this.renew();
  }

  /** One new session after EXPIRED, and no more until an OK (5.33). */
  protected renew(): void {
    this.renewals += 1;
    if (this.wanted && this.renewals <= MOST_RENEWALS) this.create();
    else this.refused('The session has expired.');
  }

  protected unknown(_line: Line, _data: string): void {
    // Whatever it is, it is of no concern (5.50).
  }

  protected hangUp({ socket }: Line): void {
    this.line = undefined;
    this.endpoint = undefined;
    socket.close(1000);
  }

  protected closed(line: Line, _code: number, status?: number): void {
    if (line !== this.line) return;
    if (status === 401) return this.expired(line);
    this.#cancel('settled');
    if (this.wanted) this.lost();
    else this.leave();
  }

  protected lost(): void {
    this.line = undefined;
    this.failures += 1;
    if (this.playing && !this.#timers.has('grace')) this.#set('grace', GRACE, () => this.halt());
    this.#set('reconnect', this.backOff(), () => this.reconnect());
  }

  /** Milliseconds until the next attempt: twice as long after each failure, 20 s at most (5.29, 5.30). */
  protected backOff(): number {
    return Math.min(FIRST_WAIT * 2 ** (this.failures - 1), LONGEST_WAIT);
  }

  protected reconnect(): void {
    if (this.endpoint !== undefined) this.connect(this.endpoint);
  }

  protected play(): void {
    if (this.playing) return;
    this.playing = true;
    this.show({ event: 'playback', playing: true });
  }

  protected halt(): void {
    this.#cancel('grace');
    if (!this.playing) return;
    this.playing = false;
    this.show({ event: 'playback', playing: false });
  }

  protected forget(): void {
    this.stored = undefined;
  }

  #set(name: string, milliseconds: number, ring: () => void): void {
    this.#cancel(name);
    const cancel = this.ports.after(milliseconds, () => {
      this.#timers.delete(name);
      ring();
    });
    this.#timers.set(name, cancel);
  }

  #cancel(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

/** Milliseconds. Half a second inside the grace time of 5.28, so that playback stops in time on a busy machine. */
const GRACE = 4_500;
const FIRST_WAIT = 300;
const LONGEST_WAIT = 20_000;
const LINGER = 1_000;
/** From then on a connection counts as sound, and the next failure as a first one. */
const SETTLED = 10_000;
const MOST_RENEWALS = 1;

function detailsOf({ details }: Body): Body {
  return typeof details === 'object' && details !== null ? (details as Body) : {};
}

function parseObject(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Body) : {};
  } catch {
    return {};
  }
}
