import { parseServerFrame } from '../protocol/messages.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import type { OfferChoice } from '../protocol/http-bodies.ts';
import type { CustomerClaims, EndpointClaims } from '../protocol/tokens.ts';
import type { Connection } from './connection.ts';
import type { AdmissionResult } from './admissions.ts';
import type { Journal } from './journal.ts';
import { doOrNote } from './own-fault.ts';
import type { Runtime } from './runtime.ts';

/**
 * How a ghost answers PING: `obedient` sends PONG, `mute` sends nothing, `zombie` has lost its connection without
 * anybody having noticed but the server.
 */
export const GHOST_BEHAVIOURS = ['obedient', 'mute', 'zombie'] as const;
export type GhostBehaviour = (typeof GHOST_BEHAVIOURS)[number];

export interface GhostOptions {
  /** What other devices see; also the device's name in the journal. */
  name: string;
  customer: CustomerClaims;
  choice: OfferChoice;
  behaviour?: GhostBehaviour | undefined;
}

/** Another device of a customer, played by the simulator itself: no socket, the same runtime. */
export interface GhostDevice {
  readonly id: string;
  readonly customer: CustomerClaims;
  readonly name: string;
  behaviour: GhostBehaviour;
  /** The session that it holds or held last. */
  readonly sessionId: string | undefined;
  /** What it was told, oldest first. */
  readonly received: readonly ServerMessage[];
  readonly connected: boolean;
  /** Creates a session and, where it is granted, connects and sends REQUESTED. */
  create(): Promise<AdmissionResult>;
  /** Takes over another device's session, connects and sends REQUESTED. */
  takeOver(sessionId: string): Promise<AdmissionResult>;
  /** Connects once more to the session that it has and sends REQUESTED. */
  reconnect(): Promise<void>;
  send(action: 'REQUESTED' | 'PONG' | 'FINISHED'): Promise<void>;
  /** Loses its connection. */
  cut(): Promise<void>;
  /** Sends FINISHED, where it is connected, and goes away for good. */
  leave(): Promise<void>;
}

export interface GhostParts {
  readonly runtime: Runtime;
  readonly journal: Journal;
  readonly newId: (kind: 'connection' | 'ghost') => string;
  /** It has gone away for good. */
  readonly onLeave: (ghost: GhostDevice) => void;
}

export function createGhostDevice(parts: GhostParts, options: GhostOptions): GhostDevice {
  return new Ghost(parts, options);
}

class Ghost implements GhostDevice {
  readonly id: string;
  readonly customer: CustomerClaims;
  readonly name: string;
  behaviour: GhostBehaviour;
  sessionId: string | undefined;
  readonly received: ServerMessage[] = [];
  readonly #parts: GhostParts;
  readonly #options: GhostOptions;
  #offerId = '';
  #connection: string | undefined;

  constructor(parts: GhostParts, options: GhostOptions) {
    const { name, customer, behaviour = 'obedient' } = options;
    this.id = parts.newId('ghost');
    this.customer = customer;
    this.name = name;
    this.behaviour = behaviour;
    this.#parts = parts;
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  create(): Promise<AdmissionResult> {
    const { customer, choice } = this.#options;
    return this.#start(
      this.#parts.runtime.create(customer, { sessionName: this.name, choice }, { device: this.name }),
    );
  }

  takeOver(sessionId: string): Promise<AdmissionResult> {
    const { customer, choice } = this.#options;
    const request = { sessionName: this.name, choice, sessionId };
    return this.#start(this.#parts.runtime.takeOver(customer, request, { device: this.name }));
  }

  async #start(asked: Promise<AdmissionResult>): Promise<AdmissionResult> {
    const result = await asked;
    if (result.kind !== 'granted') return result;
    this.sessionId = result.session;
    this.#offerId = result.offer.id;
    await this.reconnect();
    return result;
  }

  async reconnect(): Promise<void> {
    const { sessionId } = this;
    if (sessionId === undefined) throw new TypeError(`${this.name} has no session to connect to`);
    const claims: EndpointClaims = { ...this.#options.customer, offerId: this.#offerId, sessionId };
    const connection = this.#openConnection();
    this.#connection = connection.id;
    await this.#parts.runtime.opened({ connection, claims, device: this.name });
    await this.send('REQUESTED');
    if (this.behaviour === 'zombie') await this.cut();
  }

  async send(action: 'REQUESTED' | 'PONG' | 'FINISHED'): Promise<void> {
    if (this.#connection !== undefined) {
      await this.#parts.runtime.received(this.#connection, JSON.stringify({ action }));
    }
  }

  async cut(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) await this.#parts.runtime.closed(connection, 'network', 1006, '');
  }

  async leave(): Promise<void> {
    try {
      await this.send('FINISHED');
    } finally {
      this.#parts.onLeave(this);
    }
  }

  #openConnection(): Connection {
    const id = this.#parts.newId('connection');
    const forget = (): void => {
      if (this.#connection === id) this.#connection = undefined;
    };
    return { id, send: (data) => this.#receive(id, data), close: forget, cut: forget };
  }

  #receive(id: string, data: string | Uint8Array): void {
    if (this.#connection !== id) return;
    const parsed = parseServerFrame(data);
    if (!parsed.ok) return;
    this.received.push(parsed.message);
    if (parsed.message.action === 'PING' && this.behaviour === 'obedient') {
      void doOrNote(this.#parts.journal, () => this.send('PONG'), { connection: id, device: this.name });
    }
  }
}
