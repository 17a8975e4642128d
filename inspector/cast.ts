import type { JournalEntry } from '../simulator/journal-entry.ts';
import { createRecentMap } from './recent-map.ts';

/** Somebody who speaks with the server: a lifeline of the diagram. */
export interface Device {
  readonly key: string;
  readonly name: string;
  readonly customerId: string | undefined;
  /** Counts from 0 in the order of appearance; the page has six colours. */
  readonly color: number;
  /** Whether the simulator itself plays it. */
  ghost: boolean;
  /** The ids of its sessions that have not ended. */
  readonly live: Set<string>;
}

/** An entry of the journal, and who it is about. */
export interface Row {
  readonly entry: JournalEntry;
  /** Unknown while a request is not answered. */
  device: Device | undefined;
}

/** Finds out who each entry is about: the journal names sessions and connections, a person thinks of devices. */
export interface Cast {
  readonly rows: readonly Row[];
  add(entries: readonly JournalEntry[]): void;
  clear(): void;
}

/** @param capacity rows kept; older ones give way */
export function createCast(capacity = 20_000): Cast {
  let rows: Row[] = [];
  let met = 0;
  // As many as there are rows: what a row shows is remembered in any case.
  const devices = createRecentMap<Device>(capacity);
  const bySession = createRecentMap<Device>(capacity, ({ live }, sessionId) => live.delete(sessionId));
  const byConnection = createRecentMap<Device>(capacity);
  const requests = createRecentMap<Row>(capacity);

  function meet(customerId: string | undefined, name: string, sessionId: string | undefined): Device {
    for (let twin = 1; ; twin += 1) {
      const shown = twin === 1 ? name : `${name} (${twin})`;
      const key = JSON.stringify([customerId, shown]);
      const known = devices.get(key);
      // A device that has ended its session may begin another; two at a time are two devices of one name.
      if (known && (sessionId === undefined || known.live.size === 0)) return known;
      if (known) continue;
      const device = {
        key,
        name: shown,
        customerId,
        color: met,
        ghost: false,
        live: new Set<string>(),
      };
      met += 1;
      devices.set(key, device);
      return device;
    }
  }

  function recognise(entry: JournalEntry): Device | undefined {
    const { sessionId, connection, customerId, device: ghost } = entry;
    const known = bySession.get(sessionId ?? '') ?? byConnection.get(connection ?? '');
    if (known) return known;
    if (entry.kind === 'request') return undefined;
    const asked = entry.kind === 'response' ? requests.get(entry.exchange) : undefined;
    const name = ghost ?? readSessionName(asked?.entry) ?? sessionId?.slice(0, 8);
    if (customerId === undefined && sessionId === undefined) {
      return entry.kind === 'note' ? undefined : meet(undefined, 'Somebody', undefined);
    }
    const device = meet(customerId, name ?? `Customer ${customerId}`, sessionId);
    if (ghost !== undefined) device.ghost = true;
    return device;
  }

  function remember(row: Row): void {
    const { entry, device } = row;
    if (entry.kind === 'request') requests.set(entry.exchange, row);
    if (!device) return;
    devices.set(device.key, device);
    const { sessionId, connection } = entry;
    if (sessionId !== undefined && !bySession.get(sessionId)) {
      bySession.set(sessionId, device);
      device.live.add(sessionId);
    }
    if (connection !== undefined) byConnection.set(connection, device);
    // A reset ends records without a word of each; the close of its connection has one.
    const isReset = entry.kind === 'close' && entry.by === 'server' && entry.reason === 'reset';
    if (entry.kind === 'ended' || isReset) device.live.delete(sessionId ?? '');
    if (entry.kind !== 'response') return;
    const request = requests.get(entry.exchange);
    if (request) request.device = device;
    requests.delete(entry.exchange);
  }

  return {
    get rows() {
      return rows;
    },
    add(entries) {
      const added = entries.map((entry) => {
        const row: Row = { entry, device: recognise(entry) };
        remember(row);
        return row;
      });
      rows = [...rows, ...added].slice(-capacity);
    },
    clear() {
      rows = [];
      met = 0;
      for (const map of [devices, bySession, byConnection, requests]) map.clear();
    },
  };
}

function readSessionName(entry: JournalEntry | undefined): string | undefined {
  if (entry?.kind !== 'request') return undefined;
  try {
    const { sessionName } = JSON.parse(entry.body) as { sessionName?: unknown };
    return typeof sessionName === 'string' && sessionName !== '' ? sessionName : undefined;
  } catch {
    return undefined;
  }
}
