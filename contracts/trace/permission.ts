import { readConversation } from './conversation.ts';
import type { Link } from './conversation.ts';
import { isCommand } from './session.ts';
import type { EventOf, Trace, TraceEvent } from './trace.ts';

/** Why a client may not play any longer. */
export type PermissionEnd = 'TAKE_OVER' | 'TERMINATE' | 'EXPIRED' | 'FINISHED' | 'lost' | 'stop' | 'reload';

/** A time in which a client may play: from OK on, or because DRISC is disabled. */
export interface Permission {
  readonly from: number;
  readonly by: TraceEvent;
  /** What ended it; nothing where it lasts. */
  end?: { readonly at: number; readonly why: PermissionEnd; readonly event: TraceEvent };
}

/** When a client might play, from what it was told (PROTOCOL.md 5.10 to 5.14), in order. */
export function readPermissions(trace: Trace): Permission[] {
  const reader = new PermissionReader(trace);
  for (const event of trace.events) reader.read(event);
  return reader.permissions;
}

class PermissionReader {
  readonly permissions: Permission[] = [];
  readonly #disabled: ReadonlySet<number>;
  readonly #links: readonly Link[];
  #link: number | undefined;
  /** The connection of another session that stays granted where that of the newest OK is finished (5.80). */
  #spare: number | undefined;
  #wanted = false;
  /** Connections on which nothing counts any more: their session has ended. */
  readonly #dead = new Set<number>();

  constructor(trace: Trace) {
    const { exchanges, links } = readConversation(trace);
    const disabled = exchanges.filter(({ meaning }) => meaning === 'disabled');
    this.#links = links;
    this.#disabled = new Set(disabled.map(({ request }) => request.exchange));
  }

  read(event: TraceEvent): void {
    switch (event.kind) {
      case 'command':
        return this.#obey(event);
      case 'response':
        if (this.#disabled.has(event.exchange) && this.#wanted) this.#grant(event, undefined);
        return;
      case 'told':
        return this.#told(event);
      case 'said':
        if (event.action === 'FINISHED') this.#bury(event, 'FINISHED');
        return;
      case 'close':
        return this.#bury(event, 'lost');
      default:
    }
  }

  #obey(event: EventOf<'command'>): void {
    if (isCommand(event, 'start', 'takeover')) this.#wanted = true;
    if (isCommand(event, 'stop', 'reset')) {
      this.#wanted = false;
      this.#revoke(event, 'stop');
    }
    if (isCommand(event, 'reload')) this.#revoke(event, 'reload');
  }

  #told(event: EventOf<'told'>): void {
    const { action, link } = event;
    if (action === 'OK' && this.#wanted && !this.#dead.has(link)) this.#grant(event, link);
    if (action === 'TAKE_OVER' || action === 'TERMINATE' || action === 'EXPIRED') this.#bury(event, action);
  }

  #grant(event: TraceEvent, link: number | undefined): void {
    const last = this.permissions.at(-1);
    if (last && !last.end) {
      if (link !== undefined && this.#isOfAnotherSession(link)) this.#spare = this.#link;
      this.#link = link;
      return;
    }
    this.permissions.push({ from: event.at, by: event });
    this.#link = link;
  }

  #bury(event: EventOf<'told' | 'said' | 'close'>, why: PermissionEnd): void {
    this.#dead.add(event.link);
    if (event.link !== this.#link) return;
    const isSpare = why === 'FINISHED' && this.#spare !== undefined && !this.#dead.has(this.#spare);
    if (isSpare) [this.#link, this.#spare] = [this.#spare, undefined];
    else this.#revoke(event, why);
  }

  #isOfAnotherSession(link: number): boolean {
    const urlOf = (id: number | undefined): string | undefined =>
      this.#links.find(({ attempt }) => attempt.link === id)?.url;
    return this.#link !== undefined && this.#link !== link && urlOf(link) !== urlOf(this.#link);
  }

  #revoke(event: TraceEvent, why: PermissionEnd): void {
    const last = this.permissions.at(-1);
    if (last && !last.end) last.end = { at: event.at, why, event };
    [this.#link, this.#spare] = [undefined, undefined];
  }
}
