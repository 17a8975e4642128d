import type { Line } from './line.ts';
import { isInScope } from './store/pool-store.ts';
import type { PoolScope } from './store/pool-store.ts';

/** Whose connections: left-out members mean all. */
export type LineScope = PoolScope & { sessionId?: string | undefined };

/** The sessions of which it is remembered how often they connected; the oldest give way. */
const MOST_COUNTED_SESSIONS = 50_000;

/** The connections that a runtime talks over. */
export class Switchboard {
  readonly #lines = new Map<string, Line>();
  /** Connections that are over, but whose client could not hear of it. */
  readonly #strays = new Map<string, Line>();
  readonly #counts = new Map<string, number>();

  /** Which of its session's connections the next one will be, counted from 1. */
  nextNth(sessionId: string): number {
    return (this.#counts.get(sessionId) ?? 0) + 1;
  }

  add(line: Line, sessionId: string): void {
    this.#lines.set(line.id, line);
    this.#counts.set(sessionId, this.nextNth(sessionId));
    if (this.#counts.size <= MOST_COUNTED_SESSIONS) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }

  /** The connection, unless it is over. */
  get(connectionId: string): Line | undefined {
    return this.#lines.get(connectionId);
  }

  has(connectionId: string): boolean {
    return this.#lines.has(connectionId);
  }

  /** Ends the conversation. @returns whether there was one */
  remove(connectionId: string): boolean {
    this.#strays.delete(connectionId);
    return this.#lines.delete(connectionId);
  }

  /** Ends the conversation, while the transport stays open. */
  setAside(line: Line): void {
    this.#lines.delete(line.id);
    this.#strays.set(line.id, line);
  }

  lines(scope: LineScope = {}): Line[] {
    return inScope(this.#lines, scope);
  }

  strays(scope: LineScope = {}): Line[] {
    return inScope(this.#strays, scope);
  }
}

function inScope(lines: Map<string, Line>, scope: LineScope): Line[] {
  return [...lines.values()].filter(
    ({ subject }) =>
      isInScope(subject, scope) && (scope.sessionId === undefined || scope.sessionId === subject.sessionId),
  );
}
