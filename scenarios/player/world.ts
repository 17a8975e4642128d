import type { EndReason } from '../../protocol/model/session-chart.ts';
import type { JournalEntry } from '../../simulator/journal.ts';
import type { AdmissionResult } from '../../simulator/admissions.ts';
import type { SubjectEvent } from '../client-subject.ts';
import type { Given } from '../scenario.ts';
import { isLost } from './observation.ts';
import type { Observation } from './observation.ts';

/** What is known of a session from what was seen. */
interface KnownSession {
  readonly owner: string;
  connections: number;
  ended?: EndReason;
}

/** The state of things as far as observations tell it: folded from them one at a time, in order. */
export class World {
  /** The client says that it plays. */
  playing = false;
  /** The client was told OK or "disabled" since the user last pressed play. */
  granted = false;
  /** Anything at all was seen of the app. */
  heard = false;
  exited: (SubjectEvent & { event: 'exited' }) | undefined;
  /** The sessions that the app's list at the limit showed last. */
  listed: readonly { sessionId: string; name: string }[] = [];
  /** How each device's last create or takeover was answered. */
  readonly answers = new Map<string, AdmissionResult['kind']>();
  readonly #sessions = new Map<string, KnownSession>();
  readonly #latest = new Map<string, string>();
  readonly #deviceByName: ReadonlyMap<string, string>;

  constructor(devices: Given['devices']) {
    this.#deviceByName = new Map(Object.entries(devices).map(([key, { name }]) => [name, key]));
  }

  /** The session that an actor was granted last. */
  sessionOf(actor: string): string | undefined {
    return this.#latest.get(actor);
  }

  endOf(actor: string): EndReason | undefined {
    const id = this.sessionOf(actor);
    return id === undefined ? undefined : this.#sessions.get(id)?.ended;
  }

  /** A device was granted a session; only it knows the id. */
  adopt(actor: string, sessionId: string): void {
    this.#latest.set(actor, sessionId);
    if (!this.#sessions.has(sessionId)) this.#sessions.set(sessionId, { owner: actor, connections: 0 });
  }

  readEntry(entry: JournalEntry): Observation {
    const actor = this.#attribute(entry);
    const seen = { source: 'wire', at: entry.at, actor, entry } as const;
    if (actor === 'app' && entry.kind !== 'ended' && entry.kind !== 'step') this.heard = true;
    if (entry.kind === 'response' && entry.status === 200 && actor === 'app') this.#readGrant(entry);
    if (entry.kind === 'ended' && entry.sessionId !== undefined) {
      const known = this.#sessions.get(entry.sessionId);
      if (known) known.ended = entry.reason;
    }
    if (entry.kind === 'frame' && entry.direction === 'out' && entry.action === 'OK' && actor === 'app') {
      this.granted ||= !isLost(entry);
    }
    if (entry.kind !== 'open' || entry.sessionId === undefined) return seen;
    const known = this.#sessions.get(entry.sessionId);
    if (!known) return seen;
    known.connections += 1;
    return { ...seen, again: known.connections > 1 };
  }

  readEvent(event: SubjectEvent, at: number): Observation {
    this.heard ||= !['log', 'bad-line', 'exited'].includes(event.event);
    if (event.event === 'playback') this.playing = event.playing;
    if (event.event === 'limit') this.listed = event.sessions;
    if (event.event === 'exited') {
      this.exited = event;
      this.playing = false;
    }
    return { source: 'client', at, actor: 'app', event };
  }

  #readGrant({ sessionId }: JournalEntry): void {
    // A 200 that grants no session is the answer of a server that has DRISC switched off.
    if (sessionId === undefined) this.granted = true;
    else this.adopt('app', sessionId);
  }

  /** Who an entry is about: a device of ours, whoever owns the session, or else the app. */
  #attribute(entry: JournalEntry): string {
    const owner = entry.sessionId === undefined ? undefined : this.#sessions.get(entry.sessionId)?.owner;
    // The end of a session is told with the device that brought it about.
    if (entry.kind === 'ended' || entry.kind === 'step') return owner ?? 'server';
    if (entry.device !== undefined) return this.#deviceByName.get(entry.device) ?? 'server';
    return entry.kind === 'note' ? 'server' : 'app';
  }
}
