import { decodeBase64 } from '../protocol/base64.ts';
import type { Clock } from './clock.ts';
import type { FaultEvent } from './faults/event-faults.ts';
import { FAULT_KINDS } from './faults/fault-kinds.ts';
import type { FaultOf, ResolvedFault } from './faults/fault-kinds.ts';
import type { Faults } from './faults/faults.ts';
import type { Journal } from './journal.ts';
import type { Line } from './line.ts';
import { doOrNote } from './own-fault.ts';
import type { PoolKey, PoolStore } from './store/pool-store.ts';
import type { Switchboard } from './switchboard.ts';
import { WorkInHand } from './work-in-hand.ts';

type EventFault = FaultOf<'event'>;
export type DeployFault = Extract<EventFault, { kind: 'deploy' }>;

export interface EventStrikerParts {
  readonly faults: Faults;
  readonly clock: Clock;
  readonly store: PoolStore;
  readonly journal: Journal;
  readonly switchboard: Switchboard;
  readonly drop: (connectionId: string, injected: string) => Promise<void>;
  readonly expire: (key: PoolKey, session: string) => Promise<void>;
  /** Takes the server down and brings it back; the runtime knows no port. */
  readonly deploy: (fault: DeployFault) => Promise<void>;
}

/** Carries out the faults that wait for something to happen, or that strike as soon as they are added. */
export class EventStriker {
  readonly #parts: EventStrikerParts;
  readonly #work = new WorkInHand();

  constructor(parts: EventStrikerParts) {
    this.#parts = parts;
    parts.faults.subscribe((fault) => this.#now(fault));
  }

  /** Something has happened on a connection. */
  upon(line: Line, event: FaultEvent): void {
    this.#strike(line, { upon: event });
  }

  /** Resolves when what faults have set off at once has been carried out. */
  settled(): Promise<void> {
    return this.#work.idle();
  }

  #now(fault: ResolvedFault): void {
    if (!isEventFault(fault) || fault.upon !== 'now') return;
    const facts = { upon: 'now', name: fault.name };
    if (fault.kind === 'deploy') {
      const [struck] = this.#parts.faults.strike('event', fault.scope ?? {}, facts);
      if (struck) this.#later(fault.after, () => this.#parts.deploy(fault));
    } else if (fault.kind === 'expire-session') {
      this.#later(fault.after, () => this.#expireAll(fault, facts));
    } else {
      for (const line of this.#parts.switchboard.lines()) this.#strike(line, facts);
    }
  }

  /** Sessions without a connection expire too. */
  async #expireAll({ scope }: EventFault, facts: Record<string, unknown>): Promise<void> {
    for (const { key, pool } of await this.#parts.store.list(scope)) {
      for (const { id } of pool.sessions) {
        const struck = this.#parts.faults.strike('event', { ...key, sessionId: id }, facts);
        if (struck.length > 0) await this.#parts.expire(key, id);
      }
    }
  }

  #strike(line: Line, facts: Record<string, unknown>): void {
    for (const { fault } of this.#parts.faults.strike('event', line.subject, facts)) {
      this.#later(fault.after, async () => {
        if (this.#parts.switchboard.has(line.id)) await this.#inject(line, fault);
      });
    }
  }

  async #inject(line: Line, fault: EventFault): Promise<void> {
    const { name } = fault;
    switch (fault.kind) {
      case 'early-ok':
        return line.send(JSON.stringify({ action: 'OK' }), name);
      case 'ping-burst':
        for (let sent = 0; sent < fault.count; sent += 1) line.send(JSON.stringify({ action: 'PING' }), name);
        return;
      case 'unknown-action':
        return line.send(JSON.stringify({ action: fault.action }), name);
      case 'send-frame':
        return line.send(fault.base64 === undefined ? fault.text : decodeBase64(fault.base64), name);
      case 'cut-connection':
        return this.#parts.drop(line.id, name);
      case 'half-open':
        return line.lose(fault.lost, name);
      case 'expire-session':
        return this.#parts.expire(line.open.claims, line.open.claims.sessionId);
      case 'deploy':
        return;
    }
  }

  /** Does what a fault asks for: at once, or after some time of the clock. */
  #later(delay: number, work: () => Promise<void>): void {
    const { clock, journal } = this.#parts;
    const noted = (): Promise<void> => doOrNote(journal, work);
    if (delay > 0) clock.setAlarm(clock.now() + delay, noted);
    else void this.#work.add(noted());
  }
}

function isEventFault(fault: ResolvedFault): fault is EventFault {
  return FAULT_KINDS[fault.kind].family === 'event';
}
