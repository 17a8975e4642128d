import { encodeBase64 } from '../protocol/base64.ts';
import { parseClientFrame } from '../protocol/messages.ts';
import type { ClientMessage, ParsedFrame } from '../protocol/messages.ts';
import type { EndpointClaims } from '../protocol/tokens.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { FaultEvent } from './faults/event-faults.ts';
import type { Faults, FaultSubject } from './faults/faults.ts';
import { disturbFrame } from './faults/frame-faults.ts';
import type { FrameOnWire } from './faults/frame-faults.ts';
import type { Journal, JournalSubject } from './journal.ts';
import { createLane } from './lane.ts';
import type { Lane } from './lane.ts';
import { noteOwnFault } from './own-fault.ts';

/** A connection and whose it is. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly claims: EndpointClaims;
  readonly device?: string | undefined;
  /** The fault because of which nothing ever comes of this connection. */
  readonly silenced?: string | undefined;
}

export interface LineParts {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  /** A frame has arrived or left, or the connection has opened; what faults wait for. */
  readonly onEvent: (line: Line, event: FaultEvent) => void;
}

/** What stands between the runtime and a connection: it writes frames down, delays them, and loses them. */
export class Line {
  readonly open: OpenConnection;
  readonly subject: FaultSubject;
  readonly #parts: LineParts;
  readonly #inward: Lane;
  readonly #outward: Lane;
  /** The fault that swallows a direction, where one does. */
  readonly #dead: { in?: string; out?: string } = {};

  /** @param nth which of its session's connections it is, counted from 1. */
  constructor(parts: LineParts, open: OpenConnection, nth: number) {
    this.#parts = parts;
    this.open = open;
    this.subject = { ...open.claims, nth };
    const note = (error: unknown): void => noteOwnFault(parts.journal, error, this.journalSubject());
    this.#inward = createLane(parts.clock, note);
    this.#outward = createLane(parts.clock, note);
    if (open.silenced !== undefined) this.lose('both', open.silenced);
  }

  get id(): string {
    return this.open.connection.id;
  }

  /** The fault that keeps the server from noticing what the client does. */
  get deaf(): string | undefined {
    return this.#dead.in;
  }

  /** From here on everything is lost that way. */
  lose(direction: 'in' | 'out' | 'both', fault: string): void {
    if (direction !== 'out') this.#dead.in = fault;
    if (direction !== 'in') this.#dead.out = fault;
  }

  /** Puts a frame on its way to the client. One that is injected meets no further fault. */
  send(data: string | Uint8Array, injected?: string): void {
    const action = typeof data === 'string' ? readAction(data) : undefined;
    const frames = this.#disturb(data, 'out', action, injected);
    for (const [index, frame] of frames.entries()) {
      const opensNext = index === 0 && injected === undefined && !frame.lost;
      void this.#outward.push(frame.delay, () => {
        this.#put(frame);
        if (opensNext && action !== undefined) this.#parts.onEvent(this, action as FaultEvent);
      });
    }
  }

  /** Takes a frame of the client; `handle` is called when, and as often as, it arrives. */
  async receive(
    data: string | Uint8Array,
    handle: (parsed: ParsedFrame<ClientMessage>) => Promise<void>,
  ): Promise<void> {
    const parsed = parseClientFrame(data);
    const action = parsed.ok ? parsed.message.action : undefined;
    for (const frame of this.#disturb(data, 'in', action)) {
      await this.#inward.push(frame.delay, async () => {
        this.#parts.journal.write(this.journalSubject(frame.injected), {
          kind: 'frame',
          direction: 'in',
          ...showFrame(data),
          ...(parsed.ok ? { action: parsed.message.action } : { problem: parsed.problem }),
          ...(frame.lost ? { lost: true } : {}),
        });
        if (frame.lost) return;
        await handle(parsed);
        if (action) this.#parts.onEvent(this, action);
      });
    }
  }

  /** Does something when all that the client has sent so far has arrived. */
  async afterArrivals(work: () => Promise<void>): Promise<void> {
    await this.#inward.push(0, work);
  }

  /**
   * Ends the connection, or cuts it where `code` is left out: behind the frames still under way, or at once.
   * @returns false where the client cannot hear of it, and the connection stays open.
   */
  end(code: number | undefined, reason: string, injected?: string): boolean {
    const lost = code === undefined ? undefined : this.#dead.out;
    const shut = (): void => {
      this.#parts.journal.write(this.journalSubject(injected ?? lost), {
        kind: 'close',
        by: code === undefined ? 'network' : 'server',
        code: code ?? 1006,
        reason,
        ...(lost === undefined ? {} : { lost: true }),
      });
      if (code === undefined) this.open.connection.cut();
      else if (lost === undefined) this.open.connection.close(code, reason);
    };
    this.#inward.clear();
    if (code === undefined) this.#outward.clear();
    void this.#outward.push(0, shut);
    return lost === undefined;
  }

  journalSubject(injected?: string): JournalSubject {
    const { claims, device } = this.open;
    const { publisherId, customerId, offerId, sessionId } = claims;
    return {
      publisherId,
      customerId,
      offerId,
      sessionId,
      connection: this.id,
      ...(device === undefined ? {} : { device }),
      ...(injected === undefined ? {} : { injected }),
    };
  }

  #disturb(
    data: string | Uint8Array,
    direction: 'in' | 'out',
    action: string | undefined,
    injected?: string,
  ): FrameOnWire[] {
    const dead = this.#dead[direction];
    const whole = { data, delay: 0, fragments: 1 };
    if (dead !== undefined) return [{ ...whole, lost: true, injected: injected ?? dead }];
    if (injected !== undefined) return [{ ...whole, lost: false, injected }];
    return disturbFrame(data, this.#parts.faults.strike('frame', this.subject, { direction, action }));
  }

  #put({ data, fragments, lost, injected }: FrameOnWire): void {
    const action = typeof data === 'string' ? readAction(data) : undefined;
    this.#parts.journal.write(this.journalSubject(injected), {
      kind: 'frame',
      direction: 'out',
      ...showFrame(data),
      ...(action === undefined ? {} : { action }),
      ...(lost ? { lost: true } : {}),
    });
    if (!lost) this.open.connection.send(data, fragments);
  }
}

function showFrame(data: string | Uint8Array): { raw: string; binary: boolean } {
  return typeof data === 'string' ? { raw: data, binary: false } : { raw: encodeBase64(data), binary: true };
}

function readAction(text: string): string | undefined {
  try {
    const { action } = JSON.parse(text) as { action?: unknown };
    return typeof action === 'string' ? action : undefined;
  } catch {
    return undefined;
  }
}
