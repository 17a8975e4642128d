import { decodeJwt } from 'jose';
import { parseClientFrame } from '../../../protocol/messages.ts';
import type { EndpointClaims } from '../../../protocol/tokens.ts';
import type { Simulator } from '../../../simulator/index.ts';
import type { Recorder } from '../../trace/recorder.ts';
import { alterBody, describeAnswer } from './answer.ts';
import type { ScriptedAnswer } from './answer.ts';
import { decorateEndpoint } from './endpoint.ts';
import { createScript } from './script.ts';
import type { Script } from './script.ts';

/** A request as a host hands it to the stage. */
export interface StageRequest {
  readonly method: string;
  /** The absolute URL that the client used. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a host is to answer: a response, one that breaks off, or nothing. */
export type StageAnswer =
  | { kind: 'response'; status: number; headers: Record<string, string>; body: string; breaksOff: boolean }
  | { kind: 'broken' }
  | { kind: 'silent' };

/** What a host is to do with an attempt to open a WebSocket. `status` 0 breaks the connection. */
export type UpgradeDecision =
  { kind: 'accept'; link: number } | { kind: 'refuse'; status: number } | { kind: 'silent' };

/** One side of an accepted connection, as a host gives it. */
export interface Transport {
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Ends it without a close frame. */
  cut(): void;
}

/** What a host needs of a stage. */
export type Door = Pick<Stage, 'answer' | 'attempt' | 'opened' | 'said' | 'gone'>;

/** An open connection of the client under test. */
export interface OpenLink {
  readonly link: number;
  readonly claims: EndpointClaims;
  readonly transport: Transport;
}

/**
 * Where a client under test plays: the simulator behind a door on which the harness has its hand. It writes down all
 * that passes, bytes and tokens as they are, and does what its script says in place of what the simulator would.
 */
export class Stage {
  readonly script: Script = createScript();
  readonly simulator: Simulator;
  readonly #recorder: Recorder;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  readonly #endpoints = new Map<string, EndpointClaims>();
  readonly #links = new Map<number, OpenLink>();
  readonly #kept: { link: number; data: string | Uint8Array }[] = [];
  #lastClaims: EndpointClaims | undefined;
  #exchanges = 0;
  #attempts = 0;
  #busy = 0;

  constructor(simulator: Simulator, recorder: Recorder, sleep: (milliseconds: number) => Promise<void>) {
    this.simulator = simulator;
    this.#recorder = recorder;
    this.#sleep = sleep;
  }

  /** The newest connection that is open. */
  get current(): OpenLink | undefined {
    return [...this.#links.values()].at(-1);
  }

  /** Whose session was granted last. */
  get lastClaims(): EndpointClaims | undefined {
    return this.#lastClaims;
  }

  /** Whether an answer is being worked out. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  async answer(request: StageRequest): Promise<StageAnswer> {
    this.#exchanges += 1;
    const exchange = this.#exchanges;
    const { pathname, search } = new URL(request.url);
    const { method, headers, body } = request;
    this.#recorder.record({ kind: 'request', exchange, method, target: pathname + search, headers, body });
    const isPreflight = method === 'OPTIONS';
    const scripted = isPreflight
      ? undefined
      : this.script.down
        ? { broken: 'at-once' as const }
        : this.script.answers.shift();
    const answer = await this.#prepare(request, scripted);
    const [status, text] = answer.kind === 'response' ? [answer.status, answer.body] : [0, ''];
    if (answer.kind !== 'silent') {
      const note = scripted && describeAnswer(scripted);
      this.#recorder.record({ kind: 'response', exchange, status, body: text }, note);
    }
    return answer;
  }

  async #prepare(request: StageRequest, scripted: ScriptedAnswer | undefined): Promise<StageAnswer> {
    if (scripted && 'silent' in scripted) return { kind: 'silent' };
    if (scripted && 'broken' in scripted && scripted.broken === 'at-once') return { kind: 'broken' };
    if (scripted && 'body' in scripted) {
      const { status, body, type = 'application/json' } = scripted;
      return { kind: 'response', status, body, headers: { ...CORS, 'content-type': type }, breaksOff: false };
    }
    const answer = await this.#askSimulator(request);
    if (scripted && 'broken' in scripted && scripted.broken === 'before-the-answer')
      return { kind: 'broken' };
    if (scripted && 'broken' in scripted) return { ...answer, body: '{"endpoint":"ws', breaksOff: true };
    if (!scripted) return answer;
    if (scripted.delay) await this.#sleep(scripted.delay);
    const body = scripted.alter ? alterBody(answer.body, scripted.alter) : answer.body;
    return { ...answer, body, status: scripted.status ?? answer.status };
  }

  async #askSimulator({ method, url, headers, body }: StageRequest) {
    this.#busy += 1;
    try {
      const hasBody = method !== 'GET' && method !== 'HEAD';
      const request = new Request(url, { method, headers, ...(hasBody ? { body } : {}) });
      const response = await this.simulator.fetch(request);
      const text = this.#decorate(response.status, await response.text(), url);
      const granted = this.#lastClaims;
      if (this.script.forgetful && granted) {
        await this.simulator.runtime.dispatch(granted, { type: 'expire', session: granted.sessionId });
      }
      const answered = Object.fromEntries(response.headers);
      delete answered['content-length'];
      return {
        kind: 'response' as const,
        status: response.status,
        headers: answered,
        body: text,
        breaksOff: false,
      };
    } finally {
      this.#busy -= 1;
    }
  }

  /** Gives a granted endpoint a shape that only a client that uses it verbatim gets right. */
  #decorate(status: number, text: string, url: string): string {
    const body = status === 200 ? (JSON.parse(text) as { endpoint?: string }) : {};
    if (body.endpoint === undefined) return text;
    const token = new URL(body.endpoint).searchParams.get('token') ?? '';
    const endpoint = decorateEndpoint(url, token);
    this.#lastClaims = decodeJwt(token) as unknown as EndpointClaims;
    this.#endpoints.set(endpoint.token, this.#lastClaims);
    return JSON.stringify({ ...body, endpoint: endpoint.url });
  }

  /** @param url the absolute URL to which the client wants to connect. */
  attempt(url: string): UpgradeDecision {
    this.#attempts += 1;
    const link = this.#attempts;
    this.#recorder.record({ kind: 'attempt', link, url });
    const sign = this.script.down ? { refuse: 0 } : this.script.door.shift();
    if (sign && 'silent' in sign) return { kind: 'silent' };
    if (sign) return this.#refuse(link, sign.refuse, 'the attempt to connect is refused');
    return this.#claimsOf(url) ? { kind: 'accept', link } : this.#refuse(link, 401);
  }

  #refuse(link: number, status: number, injected?: string): UpgradeDecision {
    this.#recorder.record({ kind: 'refused', link, status }, injected);
    return { kind: 'refuse', status };
  }

  #claimsOf(url: string): EndpointClaims | undefined {
    return this.#endpoints.get(new URL(url).searchParams.get('token') ?? '');
  }

  /** The connection stands. */
  opened(link: number, url: string, transport: Transport): void {
    const claims = this.#claimsOf(url);
    if (!claims) throw new TypeError(`no session belongs to ${url}`);
    this.#links.set(link, { link, claims, transport });
    this.#recorder.record({ kind: 'open', link });
    const connection = {
      id: `link-${link}`,
      send: (data: string | Uint8Array) => this.#tell(link, data),
      close: (code: number, reason: string) => this.#close(link, code, reason),
      cut: () => this.cut(link),
    };
    void this.simulator.runtime.opened({ connection, claims, device: 'app' });
  }

  /** A frame of the client came in. */
  said(link: number, data: string | Uint8Array): void {
    const parsed = parseClientFrame(data);
    const action = parsed.ok ? parsed.message.action : undefined;
    this.#recorder.record({ kind: 'said', link, ...showData(data), action });
    void this.simulator.runtime.received(`link-${link}`, data);
  }

  /** The client's end of a connection is gone. */
  gone(link: number, code: number, reason: string): void {
    if (!this.#links.delete(link)) return;
    const by = code === 1006 ? 'network' : 'client';
    this.#recorder.record({ kind: 'close', link, by, code });
    void this.simulator.runtime.closed(`link-${link}`, by, code, reason);
  }

  /** The server says something beyond what the simulator would. */
  tell(data: string | Uint8Array, injected?: string): void {
    const link = this.current;
    if (link) this.#deliver(link.link, data, injected);
  }

  #tell(link: number, data: string | Uint8Array): void {
    const action = readAction(data);
    const { held, lost } = this.script;
    const left = lost.get(action ?? '') ?? 0;
    if (action !== undefined && left > 0) lost.set(action, left - 1);
    else if (action !== undefined && held.has(action)) this.#kept.push({ link, data });
    else this.#deliver(link, data);
  }

  #deliver(link: number, data: string | Uint8Array, injected?: string): void {
    const open = this.#links.get(link);
    if (!open) return;
    this.#recorder.record({ kind: 'told', link, ...showData(data), action: readAction(data) }, injected);
    open.transport.send(data);
  }

  /** Sends what was kept back and keeps nothing more. */
  release(): void {
    this.script.held.clear();
    for (const { link, data } of this.#kept.splice(0)) this.#deliver(link, data, 'late');
  }

  /** The server closes the client's connection, as any code says. */
  async close(code: number): Promise<void> {
    const open = this.current;
    if (open) await this.simulator.runtime.drop(`link-${open.link}`, code, 'closed by the harness');
  }

  #close(link: number, code: number, reason: string): void {
    const open = this.#links.get(link);
    if (!this.#links.delete(link) || !open) return;
    this.#recorder.record({ kind: 'close', link, by: 'server', code });
    open.transport.close(code, reason);
  }

  /** The network breaks a connection: neither side gets a close frame. The newest one, unless told. */
  cut(link = this.current?.link): void {
    const open = link === undefined ? undefined : this.#links.get(link);
    if (link === undefined || !open) return;
    this.#links.delete(link);
    this.#recorder.record({ kind: 'close', link, by: 'network', code: 1006 }, 'the network breaks it');
    open.transport.cut();
    void this.simulator.runtime.closed(`link-${link}`, 'network', 1006, '');
  }
}

const CORS = { 'access-control-allow-origin': '*' };

function showData(data: string | Uint8Array): { raw: string; binary: boolean } {
  return typeof data === 'string'
    ? { raw: data, binary: false }
    : { raw: Buffer.from(data).toString('base64'), binary: true };
}

/** The action of a JSON text, known or not. */
function readAction(data: string | Uint8Array): string | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(data);
    const action = (value as { action?: unknown } | null)?.action;
    return typeof action === 'string' ? action : undefined;
  } catch {
    return undefined;
  }
}
